import { type Activation, concluded } from "../activation.ts";
import { addProducts, loadElements, type RegisterTile, storeSums, tileRows, unrolled, zeroSums } from "../registerTile.ts";
import type { Width } from "../runShader.ts";
import type { TiledProduct } from "../workgroupTile.ts";

/** How the factors lie in memory, and how many rows of a transposed A are loaded together. */
export interface ProductLayout {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly group: 1 | 4;
  readonly hasBias: boolean;
  readonly activation: Activation;
}

/** How a matrix product's factors and results are reached by workgroup tiles, a block a matrix. */
export function matMulProduct(
  { transposeA, transposeB, group, hasBias, activation }: ProductLayout,
  width: Width,
): Pick<TiledProduct, "left" | "right" | "place" | "hasBias" | "activation"> {
  return {
    left: transposeA
      ? { width: group, along: "lines", body: `return a[(block * STEP_A + k * ROWS + line) / ${group}];` }
      : { width: 1, along: "depth", body: "return a[block * STEP_A + line * DEPTH + k];" },
    right: transposeB
      ? { width: 1, along: "depth", body: "return b[block * STEP_B + line * DEPTH + k];" }
      : { width, along: "lines", body: `return b[(block * STEP_B + k * COLUMNS + line) / ${width}];` },
    place: "return ((split * MATRICES + block) * ROWS + row) * COLUMNS + column;",
    hasBias,
    activation,
  };
}

/** One tile of one matrix of the batch, over one split of the depth. */
export function matMulShader(tile: RegisterTile, { transposeA, transposeB, group, hasBias, activation }: ProductLayout): string {
  const { across, down, elements, stride, width } = tile;
  const rowOf = (i: number): string => {
    if (group === 4) return `v${i >> 2}.${"xyzw"[i & 3]}`;
    return transposeA ? `a[fromA + k * ROWS + row${i}]` : `a[fromA + row${i} * DEPTH + k]`;
  };
  return `
    let column = (index % ${across}) * ${elements};
    let firstRow = ((index / ${across}) % ${down}) * ${tileRows};
    let split = (index / ${across * down}) % SPLITS;
    let matrix = index / (${across * down} * SPLITS);
    let fromA = matrix * STEP_A;
    let fromB = matrix * STEP_B;
    ${zeroSums(tile)}
    ${unrolled(tileRows, (i) => `let row${i} = min(firstRow + ${i}, ROWS - 1);`)}
    for (var k = split * SHARE; k < min(DEPTH, (split + 1) * SHARE); k++) {
      ${group === 4 ? unrolled(2, (g) => `let v${g} = a[(fromA + k * ROWS + min(firstRow + ${4 * g}, ROWS - 4)) / 4];`) : ""}
      ${transposeB ? transposedElements(tile) : loadElements(tile, "b", `fromB / ${width} + k * ${stride}`)}
      ${addProducts(tile, rowOf)}
    }
    ${storeSums(
      tile,
      (i) => `firstRow + ${i} < ROWS`,
      (i) => `((split * MATRICES + matrix) * ROWS + firstRow + ${i}) * ${stride}`,
      (sum, j) => concluded(sum, hasBias ? `bias[column + ${j}]` : undefined, activation, tile.type),
    )}`;
}

/** A transposed B has a thread's columns a whole row apart. */
function transposedElements({ elements, width, type }: RegisterTile): string {
  return unrolled(elements, (j) => {
    const values = Array.from({ length: width }, (_, q) => `b[fromB + min((column + ${j}) * ${width} + ${q}, COLUMNS - 1) * DEPTH + k]`);
    return `let w${j} = ${type}(${values.join(", ")});`;
  });
}
