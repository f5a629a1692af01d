import { panelWidth, tileRows } from "./rowProduct.ts";
import type { SimdKernels } from "./simdKernels.ts";

/** A factor or result: its address and the distance of its rows, in bytes. */
export interface Rows {
  readonly address: number;
  readonly stride: number;
}

/** B as panels of eight columns; see `rowProduct`. */
export interface Panels extends Rows {
  readonly panelStride: number;
  readonly count: number;
}

/** Panels needed for so many columns. */
export function panelsFor(columns: number): number {
  return Math.ceil(columns / panelWidth);
}

/** Floats of B packed into panels. */
export function packedSize(depth: number, columns: number): number {
  return depth * panelWidth * panelsFor(columns);
}

/**
 * Packs B into panels, each `[depth, 8]`, the last filled up with zeros. B at (l, j) is `from[l * rowStep + j * columnStep]`,
 * so that a transposed B is packed by exchanging the steps.
 */
export function packPanels(from: Float32Array, rowStep: number, columnStep: number, depth: number, columns: number, to: Float32Array): void {
  let at = 0;
  for (let first = 0; first < columns; first += panelWidth) {
    const width = Math.min(panelWidth, columns - first);
    for (let l = 0; l < depth; l++, at += panelWidth) {
      const begin = l * rowStep + first * columnStep;
      for (let j = 0; j < width; j++) to[at + j] = from[begin + j * columnStep]!;
      for (let j = width; j < panelWidth; j++) to[at + j] = 0;
    }
  }
}

/** The panels `packPanels` made. */
export function packedPanels(address: number, depth: number, columns: number): Panels {
  return { address, stride: 4 * panelWidth, panelStride: 4 * panelWidth * depth, count: panelsFor(columns) };
}

/** C = A B with A given row by row. C has room for whole panels. */
export function multiply(simd: SimdKernels, a: Rows, b: Panels, c: Rows, rows: number, depth: number): void {
  let row = 0;
  for (; row + tileRows <= rows; row += tileRows) {
    simd.tileAlongRows(a.address + row * a.stride, a.stride, b.address, b.stride, b.panelStride, c.address + row * c.stride, c.stride, depth, b.count);
  }
  for (; row < rows; row++) {
    simd.rowAlongRows(a.address + row * a.stride, a.stride, b.address, b.stride, b.panelStride, c.address + row * c.stride, c.stride, depth, b.count);
  }
}

/** C += Aᵀ B with A given row by row: `depth` rows of A and B are read. C has room for whole panels. */
export function accumulateTransposed(simd: SimdKernels, a: Rows, b: Panels, c: Rows, rows: number, depth: number): void {
  let row = 0;
  for (; row + tileRows <= rows; row += tileRows) {
    simd.tileAlongColumns(a.address + 4 * row, a.stride, b.address, b.stride, b.panelStride, c.address + row * c.stride, c.stride, depth, b.count);
  }
  for (; row < rows; row++) {
    simd.rowAlongColumns(a.address + 4 * row, a.stride, b.address, b.stride, b.panelStride, c.address + row * c.stride, c.stride, depth, b.count);
  }
}
