import type { Width } from "./runShader.ts";

/**
 * What one thread computes of a matrix product: 8 rows by up to 8 columns, kept in registers.
 *
 * The best of the shapes tried on llvmpipe: 8 × 8 as 8 rows of two `vec4` reaches 28 GFLOP/s, 4 × 4 18, 16 × 4 19, 8 × 16
 * 14 (it spills); through workgroup memory 7, for there it is just more loads.
 */
export interface RegisterTile {
  readonly kind: "registers";
  /** Elements a thread has in each row. */
  readonly elements: number;
  readonly width: Width;
  /** `vec4<f32>` or `f32`. */
  readonly type: string;
  /** Elements in a whole row of the output. */
  readonly stride: number;
  /** Tiles beside each other. */
  readonly across: number;
  /** Tiles below each other. */
  readonly down: number;
}

export const tileRows = 8;

/** The tiling of a product of this many rows and columns. */
export function registerTile(rows: number, columns: number): RegisterTile {
  const isVector = columns % 4 === 0;
  const elements = isVector ? (columns % 8 === 0 ? 2 : 1) : Math.min(columns, 4);
  const width = isVector ? 4 : 1;
  const stride = columns / width;
  return {
    kind: "registers",
    elements,
    width,
    type: isVector ? "vec4<f32>" : "f32",
    stride,
    across: Math.ceil(stride / elements),
    down: Math.ceil(rows / tileRows),
  };
}

/** One statement per index, written out: llvmpipe keeps arrays in memory, but variables in registers. */
export function unrolled(count: number, statement: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => statement(i)).join("\n");
}

/** The sums, at zero: `s0` …, row by row. */
export function zeroSums({ elements, type }: RegisterTile): string {
  return unrolled(tileRows * elements, (i) => `var s${i} = ${type}();`);
}

/** Adds the outer product of the rows' scalars (expressions) and the elements `w0` …. */
export function addProducts({ elements, type }: RegisterTile, row: (i: number) => string): string {
  return unrolled(tileRows, (i) => {
    const products = Array.from({ length: elements }, (_, j) => `s${i * elements + j} = fma(a${i}, w${j}, s${i * elements + j});`);
    return `let a${i} = ${type}(${row(i)}); ${products.join(" ")}`;
  });
}

/**
 * Loads the elements `w0` … at `at`, `column` being the column of the first; those behind the end of the row repeat the last.
 */
export function loadElements({ elements, stride }: RegisterTile, array: string, at: string): string {
  const isRagged = stride % elements !== 0;
  return unrolled(elements, (j) => `let w${j} = ${array}[${at} + ${isRagged ? `min(column + ${j}, ${stride - 1})` : `column + ${j}`}];`);
}

/** Stores row by row at the expression `at(i)`, where `isInside(i)` holds. */
export function storeSums(
  { elements, stride }: RegisterTile,
  isInside: (i: number) => string,
  at: (i: number) => string,
  finished: (sum: string, j: number) => string = (sum) => sum,
): string {
  const isRagged = stride % elements !== 0;
  return unrolled(tileRows, (i) => {
    const stores = Array.from({ length: elements }, (_, j) => {
      const store = `result[${at(i)} + column + ${j}] = ${finished(`s${i * elements + j}`, j)};`;
      return isRagged ? `if (column + ${j} < ${stride}) { ${store} }` : store;
    });
    return `if (${isInside(i)}) { ${stores.join(" ")} }`;
  });
}
