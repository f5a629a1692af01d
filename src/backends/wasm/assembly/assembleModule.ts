import { type Code, unsigned, type Variable, variable } from "./instructions.ts";

export type ValueType = "i32" | "f32" | "f64" | "v128";
const typeCodes: Readonly<Record<ValueType, number>> = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b };

/** A function that works on the imported memory and returns nothing. */
export interface WasmFunction {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  readonly locals: readonly ValueType[];
  readonly body: Code;
}

/**
 * Writes one function: `body` gets its parameters by name and a way to declare local variables.
 *
 * @example
 * ```ts
 * const fill = wasmFunction("fill", { at: "i32", end: "i32", value: "f32" }, ({ at, end, value }) =>
 *   whileLoop(i32.isBelow(at.get, end.get), [v128.store(at.get, f32x4.splat(value.get)), at.advance(16)]));
 * ```
 */
export function wasmFunction<Name extends string>(
  name: string,
  parameters: Readonly<Record<Name, ValueType>>,
  body: (parameters: Readonly<Record<Name, Variable>>, local: (type: ValueType) => Variable) => Code,
): WasmFunction {
  const names = Object.keys(parameters) as Name[];
  const locals: ValueType[] = [];
  const local = (type: ValueType): Variable => variable(names.length + locals.push(type) - 1);
  const given = Object.fromEntries(names.map((parameter, index) => [parameter, variable(index)])) as Record<Name, Variable>;
  const code = body(given, local);
  return { name, parameters: names.map((parameter) => parameters[parameter]), locals, body: code };
}

/** The bytes of a module that imports a memory as `host.memory` and exports the functions. */
export function assembleModule(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const count = unsigned(functions.length);
  const types = functions.map(({ parameters }) => [0x60, ...unsigned(parameters.length), ...parameters.map((type) => typeCodes[type]), 0]);
  const exports = functions.map(({ name }, index) => [...text(name), 0x00, ...unsigned(index)]);
  const bodies = functions.map(({ locals, body }) => {
    const declarations = locals.map((type) => [1, typeCodes[type]]);
    return sized([unsigned(locals.length), declarations, body, 0x0b]);
  });
  const memoryImport = [1, ...text("host"), ...text("memory"), 0x02, 0x00, 0];
  return Uint8Array.from(
    flatten([
      [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
      section(1, [count, types]),
      section(2, memoryImport),
      section(3, [count, functions.flatMap((_, index) => unsigned(index))]),
      section(7, [count, exports]),
      section(10, [count, bodies]),
    ]),
  );
}

function section(id: number, content: Code): Code {
  return [id, sized(content)];
}

function sized(content: Code): Code {
  const bytes = flatten(content);
  return [unsigned(bytes.length), bytes];
}

function text(value: string): readonly number[] {
  return [...unsigned(value.length), ...new TextEncoder().encode(value)];
}

function flatten(code: Code): number[] {
  return (code as readonly unknown[]).flat(Infinity) as number[];
}
