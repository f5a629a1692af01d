import { type Arithmetic, type Code, f32, f32x4, i32, type Variable, whileLoop } from "../../wasm/assembly/instructions.ts";
import { type WasmFunction, wasmFunction } from "../../wasm/assembly/assembleModule.ts";

/**
 * Moves rectangles of floats about: `count` runs of `bytes` bytes each, runs `toStride` and `fromStride` bytes apart. With
 * it an image is padded, a window gathered into a row (im2col), a row added into a window (col2im).
 */
function overRuns(name: string, combine: (arithmetic: Arithmetic, target: Code, source: Code) => Code): WasmFunction {
  return wasmFunction(
    name,
    { to: "i32", toStride: "i32", from: "i32", fromStride: "i32", bytes: "i32", count: "i32" },
    ({ to, toStride, from, fromStride, bytes, count }, local) => {
      const [target, source, vectorEnd, end] = [local("i32"), local("i32"), local("i32"), local("i32")];
      const pass = (until: Variable, arithmetic: Arithmetic): Code =>
        whileLoop(i32.isBelow(target.get, until.get), [
          arithmetic.store(target.get, combine(arithmetic, target.get, source.get)),
          target.advance(arithmetic.width),
          source.advance(arithmetic.width),
        ]);
      return whileLoop(count.get, [
        target.set(to.get),
        source.set(from.get),
        vectorEnd.set(i32.add(to.get, i32.and(bytes.get, i32.constant(-16)))),
        end.set(i32.add(to.get, bytes.get)),
        pass(vectorEnd, f32x4),
        pass(end, f32),
        to.advance(toStride.get),
        from.advance(fromStride.get),
        count.advance(-1),
      ]);
    },
  );
}

export const copyRuns = overRuns("copyRuns", ({ load }, _, source) => load(source));
export const addRuns = overRuns("addRuns", ({ load, add }, target, source) => add(load(target), load(source)));
