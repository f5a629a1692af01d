import { type Arithmetic, type Code, f32, f32x4, i32, type Variable, whileLoop } from "../../wasm/assembly/instructions.ts";
import { type WasmFunction, wasmFunction } from "../../wasm/assembly/assembleModule.ts";

/**
 * A function of floats, element by element: parameters are the addresses of the outputs, then of the inputs, the bytes of
 * one of them, and the scalars. Four at a time, the rest one by one.
 */
export function elementwise<Output extends string, Input extends string, Scalar extends string>(
  name: string,
  names: { readonly outputs: readonly Output[]; readonly inputs: readonly Input[]; readonly scalars: readonly Scalar[] },
  compute: (
    arithmetic: Arithmetic,
    values: Readonly<Record<Input | Scalar, Code>>,
    keep: (value: Code) => Code,
  ) => Readonly<Record<Output, Code>>,
): WasmFunction {
  const addresses = [...names.outputs, ...names.inputs];
  const typed = (list: readonly string[], type: "i32" | "f32"): [string, "i32" | "f32"][] => list.map((one) => [one, type]);
  const parameters = Object.fromEntries([...typed(addresses, "i32"), ["bytes", "i32"], ...typed(names.scalars, "f32")]) as Record<
    string,
    "i32" | "f32"
  >;
  return wasmFunction(name, parameters, (given, local) => {
    const at = (address: string): Variable => given[address]!;
    const [vectorEnd, end] = [local("i32"), local("i32")];
    const first = at(addresses[0]!);
    const pass = (until: Variable, arithmetic: Arithmetic): Code => {
      const setUp: Code[] = [];
      const hold = (into: Code[], value: Code): Code => {
        const held = local(arithmetic.type);
        into.push(held.set(value));
        return held.get;
      };
      const scalars = names.scalars.map((scalar) => [scalar, hold(setUp, arithmetic.splat(at(scalar).get))] as const);
      const steps: Code[] = [];
      const inputs = names.inputs.map((input) => [input, hold(steps, arithmetic.load(at(input).get))] as const);
      const results = compute(
        arithmetic,
        Object.fromEntries([...inputs, ...scalars]) as Record<Input | Scalar, Code>,
        (value) => hold(steps, value),
      );
      const stores = names.outputs.map((output) => arithmetic.store(at(output).get, results[output]));
      const moves = addresses.map((address) => at(address).advance(arithmetic.width));
      return [setUp, whileLoop(i32.isBelow(first.get, until.get), [steps, stores, moves])];
    };
    return [
      vectorEnd.set(i32.add(first.get, i32.and(given["bytes"]!.get, i32.constant(-16)))),
      end.set(i32.add(first.get, given["bytes"]!.get)),
      pass(vectorEnd, f32x4),
      pass(end, f32),
    ];
  });
}
