import { type Code, f32x4, i32, v128, type Variable, whileLoop } from "../../wasm/assembly/instructions.ts";
import { type WasmFunction, wasmFunction } from "../../wasm/assembly/assembleModule.ts";

/** Columns of a panel: two vectors. */
export const panelWidth = 8;

/** Rows of a tile: 6 × 8 sums fill twelve of the sixteen vector registers of x64, two more hold B, one A. */
export const tileRows = 6;

export interface RowProductVariant {
  readonly name: string;
  readonly rows: number;
  /** A's values of one row lie side by side (`"row"`) or one row apart (`"column"`: A is given transposed). */
  readonly along: "row" | "column";
  /** Adds to what C holds. */
  readonly accumulates: boolean;
  /** Uses relaxed multiply-add. */
  readonly isFused: boolean;
}

/**
 * C[rows, 8 · panels] = A[rows, depth] × B[depth, 8 · panels], the inner part of every matrix product and convolution here.
 *
 * All addresses and strides in bytes. A at (i, l): a + i · aStride + 4 l along rows, a + l · aStride + 4 i along columns.
 * B's panel p at depth l: b + p · panelStride + l · bStride, eight floats. C at (i, 8 p): c + i · cStride + 32 p. Sums run
 * over the depth in order, so that a row comes out the same in a tile of six and alone.
 */
export function rowProduct({ name, rows, along, accumulates, isFused }: RowProductVariant): WasmFunction {
  return wasmFunction(
    name,
    { a: "i32", aStride: "i32", b: "i32", bStride: "i32", panelStride: "i32", c: "i32", cStride: "i32", depth: "i32", panels: "i32" },
    ({ a, aStride, b, bStride, panelStride, c, cStride, depth, panels }, local) => {
      const indices = Array.from({ length: rows }, (_, i) => i);
      const rowPointers = along === "row" ? indices.map(() => local("i32")) : [local("i32")];
      const outPointer = local("i32");
      const bPointer = local("i32");
      const left = local("i32");
      const aValue = local("v128");
      const bValues = [local("v128"), local("v128")] as const;
      const sums = indices.map(() => [local("v128"), local("v128")] as const);

      const multiplyAdd = (sum: Variable, bValue: Variable): Code =>
        sum.set(
          isFused ? v128.multiplyAdd(aValue.get, bValue.get, sum.get) : f32x4.add(sum.get, f32x4.multiply(aValue.get, bValue.get)),
        );
      /** One step in depth; `ahead` steps were already taken without moving the row pointers. */
      const step = (ahead: number): Code => [
        bValues.map((value, half) => value.set(v128.load(bPointer.get, 16 * half))),
        indices.map((i) => [
          aValue.set(along === "row" ? v128.loadSplat(rowPointers[i]!.get, 4 * ahead) : v128.loadSplat(rowPointers[0]!.get, 4 * i)),
          bValues.map((value, half) => multiplyAdd(sums[i]![half]!, value)),
        ]),
        bPointer.advance(bStride.get),
        along === "column" ? rowPointers[0]!.advance(aStride.get) : [],
      ];
      const moveAlong = (steps: number): Code => (along === "row" ? rowPointers.map((pointer) => pointer.advance(4 * steps)) : []);
      const passes = (steps: number): Code =>
        whileLoop(left.get, [Array.from({ length: steps }, (_, ahead) => step(ahead)), moveAlong(steps), left.advance(-1)]);

      return whileLoop(panels.get, [
        rowPointers.map((pointer, i) => pointer.set(i === 0 ? a.get : i32.add(rowPointers[i - 1]!.get, aStride.get))),
        bPointer.set(b.get),
        outPointer.set(c.get),
        sums.map((pair) => [
          pair.map((sum, half) => sum.set(accumulates ? v128.load(outPointer.get, 16 * half) : f32x4.zero)),
          outPointer.advance(cStride.get),
        ]),
        // Four steps a pass: the loop's own counting then costs nothing (Deno 50 → 61 GFLOP/s on one Zen 5 core).
        left.set(i32.shiftRight(depth.get, i32.constant(2))),
        passes(4),
        left.set(i32.and(depth.get, i32.constant(3))),
        passes(1),
        outPointer.set(c.get),
        sums.map((pair) => [
          pair.map((sum, half) => v128.store(outPointer.get, sum.get, 16 * half)),
          outPointer.advance(cStride.get),
        ]),
        c.advance(4 * panelWidth),
        b.advance(panelStride.get),
        panels.advance(-1),
      ]);
    },
  );
}
