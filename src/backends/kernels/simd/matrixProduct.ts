import type { HeapScratch } from "./heapScratch.ts";
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

/** B where it stands: address, columns, and how far apart its rows and its columns are, in bytes. */
export interface Factor {
  readonly address: number;
  readonly depth: number;
  readonly columns: number;
  readonly rowStride: number;
  /** 4, or more where B is given transposed. */
  readonly columnStride: number;
}

/** Packs B into panels at an address of `packedSize` floats, each `[depth, 8]`, the last filled up with zeros. */
export function packPanels(simd: SimdKernels, scratch: HeapScratch, b: Factor, to: number): Panels {
  const { address, depth, columns, rowStride, columnStride } = b;
  const panels = { address: to, stride: 4 * panelWidth, panelStride: 4 * panelWidth * depth, count: panelsFor(columns) };
  if (columns % panelWidth !== 0) scratch.view(to + (panels.count - 1) * panels.panelStride, panelWidth * depth).fill(0);
  if (columnStride === 4) {
    for (let panel = 0; panel < panels.count; panel++) {
      const bytes = 4 * Math.min(panelWidth, columns - panel * panelWidth);
      simd.copyRuns(to + panel * panels.panelStride, panels.stride, address + 4 * panel * panelWidth, rowStride, bytes, depth);
    }
    return panels;
  }
  for (let j = 0; j < columns; j++) {
    const at = to + (j - (j % panelWidth)) * 4 * depth + 4 * (j % panelWidth);
    simd.copyRuns(at, panels.stride, address + j * columnStride, rowStride, 4, depth);
  }
  return panels;
}

/** B as panels without being packed: for rows that are whole panels, and read too seldom for packing to pay. */
export function panelsInPlace({ address, columns, rowStride }: Factor): Panels {
  return { address, stride: rowStride, panelStride: 4 * panelWidth, count: columns / panelWidth };
}

/** C = A B with A given row by row. C has room for whole panels. */
export function multiply(simd: SimdKernels, a: Rows, b: Panels, c: Rows, rows: number, depth: number): void {
  let row = 0;
  for (; row + tileRows <= rows; row += tileRows) {
    simd.tileAlongRows(
      a.address + row * a.stride,
      a.stride,
      b.address,
      b.stride,
      b.panelStride,
      c.address + row * c.stride,
      c.stride,
      depth,
      b.count,
    );
  }
  for (; row < rows; row++) {
    simd.rowAlongRows(
      a.address + row * a.stride,
      a.stride,
      b.address,
      b.stride,
      b.panelStride,
      c.address + row * c.stride,
      c.stride,
      depth,
      b.count,
    );
  }
}

/** C += Aᵀ B with A given row by row: `depth` rows of A and B are read. C has room for whole panels. */
export function accumulateTransposed(simd: SimdKernels, a: Rows, b: Panels, c: Rows, rows: number, depth: number): void {
  let row = 0;
  for (; row + tileRows <= rows; row += tileRows) {
    simd.tileAlongColumns(
      a.address + 4 * row,
      a.stride,
      b.address,
      b.stride,
      b.panelStride,
      c.address + row * c.stride,
      c.stride,
      depth,
      b.count,
    );
  }
  for (; row < rows; row++) {
    simd.rowAlongColumns(
      a.address + 4 * row,
      a.stride,
      b.address,
      b.stride,
      b.panelStride,
      c.address + row * c.stride,
      c.stride,
      depth,
      b.count,
    );
  }
}
