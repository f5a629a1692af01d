import { assembleModule, type WasmFunction, wasmFunction } from "../../../src/backends/wasm/assembly/assembleModule.ts";
import { f32, f32x4, i32, unsigned, whileLoop } from "../../../src/backends/wasm/assembly/instructions.ts";
import { assert, describe, it } from "../../kit/kit.ts";

function run(functions: readonly WasmFunction[]): { readonly floats: Float32Array; call(name: string, ...args: readonly number[]): void } {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(assembleModule(functions)), { host: { memory } });
  return {
    floats: new Float32Array(memory.buffer),
    call: (name, ...args) => (exports[name] as (...args: readonly number[]) => void)(...args),
  };
}

describe("the assembler", () => {
  it("writes LEB128 as the specification's examples have it", () => {
    assert.deepEqual(unsigned(0), [0]);
    assert.deepEqual(unsigned(127), [0x7f]);
    assert.deepEqual(unsigned(128), [0x80, 0x01]);
    assert.deepEqual(unsigned(624485), [0xe5, 0x8e, 0x26]);
  });

  it("assembles modules that validate and run, with several functions, parameters and locals", () => {
    const fill = wasmFunction(
      "fill",
      { at: "i32", end: "i32", value: "f32" },
      ({ at, end, value }) => whileLoop(i32.isBelow(at.get, end.get), [f32x4.store(at.get, f32x4.splat(value.get)), at.advance(16)]),
    );
    const halve = wasmFunction("halve", { at: "i32", by: "f32" }, ({ at, by }, local) => {
      const value = local("f32");
      return [value.set(f32.load(at.get)), f32.store(at.get, f32.divide(value.get, by.get))];
    });
    const { floats, call } = run([fill, halve]);
    call("fill", 16, 48, 1.5);
    call("halve", 20, 2);
    assert.deepEqual([...floats.slice(3, 13)], [0, 1.5, 0.75, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 0]);
  });

  it("does not enter a loop whose condition fails at once, and counts with negative steps", () => {
    const countDown = wasmFunction(
      "countDown",
      { at: "i32", left: "i32", step: "f32" },
      ({ at, left, step }) => whileLoop(left.get, [f32.store(at.get, f32.add(f32.load(at.get), step.get)), left.advance(-1)]),
    );
    const { floats, call } = run([countDown]);
    call("countDown", 0, 0, 1);
    call("countDown", 4, 300, 1);
    assert.deepEqual([...floats.slice(0, 2)], [0, 300]);
  });

  it("computes the same by lanes as one by one", () => {
    const both = (name: string, arithmetic: typeof f32): WasmFunction =>
      wasmFunction(name, { to: "i32", from: "i32", limit: "f32" }, ({ to, from, limit }) => {
        const x = arithmetic.load(from.get);
        const bound = arithmetic.splat(limit.get);
        const rooted = arithmetic.root(arithmetic.multiply(arithmetic.subtract(x, bound), arithmetic.subtract(x, bound)));
        return arithmetic.store(to.get, arithmetic.whereAbove(x, bound, rooted, arithmetic.zero));
      });
    const { floats, call } = run([both("lanes", f32x4), both("single", f32)]);
    floats.set([1, 2.5, -3, 9], 8);
    call("lanes", 0, 32, 2);
    for (let i = 0; i < 4; i++) call("single", 16 + 4 * i, 32 + 4 * i, 2);
    assert.deepEqual([...floats.slice(0, 8)], [0, 0.5, 0, 7, 0, 0.5, 0, 7]);
  });
});
