import { type Activation, concluded } from "./activation.ts";
import type { Shader, Width } from "./runShader.ts";

/**
 * What one workgroup computes of a matrix product: `height` × `breadth` of its elements, 4 × 4 a thread. Slices of both
 * factors, 16 deep, pass through the memory its threads share, so that each element is read once a tile and not once a
 * thread.
 */
export interface WorkgroupTile {
  readonly kind: "workgroup";
  /** Of the whole product. */
  readonly rows: number;
  readonly columns: number;
  readonly height: number;
  readonly breadth: number;
  /** Threads of a workgroup. */
  readonly size: number;
  /** Of the output's elements. */
  readonly width: Width;
  /** Tiles beside each other. */
  readonly across: number;
  /** Tiles below each other. */
  readonly down: number;
}

/** A factor as the tile reads it, from memory or worked out from an image. */
export interface TiledFactor {
  /**
   * Body of a WGSL function of `block`, `line` (a row of the left factor, a column of the right one) and `k`, all inside the
   * product: the element as `f32`, or, of width 4, those of the line and the three after it, `line` being divisible by 4.
   */
  readonly body: string;
  readonly width: Width;
  /** Along what neighbours lie beside each other in memory: neighbouring threads read along it. */
  readonly along: "depth" | "lines";
}

/** A product, or several of one shape (`blocks`), each cut into `splits` of `share` of its depth. */
export interface TiledProduct {
  readonly blocks?: number;
  readonly splits?: number;
  readonly depth: number;
  readonly share?: number;
  readonly left: TiledFactor;
  readonly right: TiledFactor;
  /** Body of a WGSL function of `block`, `split`, `row` and `column`: where in the output it stands; below 0 it is not stored. */
  readonly place: string;
  /** Whether there is an array `bias`, of the output's width, with a value for each column. */
  readonly hasBias?: boolean;
  readonly activation?: Activation;
}

/** Workgroups below which the depth is split among more: some for each of a GPU's cores. */
export const workgroupsWanted = 64;

const sliceDepth = 16;

/**
 * The tiling of so many products of this many rows and columns: 64 × 64, but 32 × 32 where that is too wide or gives few
 * tiles, and 128 × 8 for few columns (images of one or three channels, scores). The shared slices stay below the 16 KiB
 * that every device has.
 */
export function workgroupTile(rows: number, columns: number, blocks = 1): WorkgroupTile {
  const isLarge = rows > 32 && columns > 32 && Math.ceil(rows / 64) * Math.ceil(columns / 64) * blocks >= workgroupsWanted;
  const [height, breadth] = columns <= 8 ? [128, 8] : isLarge ? [64, 64] : [32, 32];
  return {
    kind: "workgroup",
    rows,
    columns,
    height,
    breadth,
    size: (height * breadth) / 16,
    width: columns % 4 === 0 ? 4 : 1,
    across: Math.ceil(columns / breadth),
    down: Math.ceil(rows / height),
  };
}

/** The shader's part for such a product: its threads, what they share and what each does. */
export function workgroupProduct(tile: WorkgroupTile, product: TiledProduct): Pick<Shader, "threads" | "workgroup" | "code"> {
  const { size, across, down } = tile;
  const { blocks = 1, splits = 1 } = product;
  return {
    threads: across * down * splits * blocks * size,
    workgroup: { size, declarations: () => declarations(tile, product) },
    code: () => tileCode(tile, product),
  };
}

/** Groups of four lines in a row of a slice. The one too many is for the banks of shared memory: threads a row apart meet others. */
const pitch = (lines: number): number => lines / 4 + 1;

function declarations({ rows, columns, height, breadth }: WorkgroupTile, { left, right, place }: TiledProduct): string {
  return `
    var<workgroup> leftSlice : array<vec4<f32>, ${sliceDepth * pitch(height)}>;
    var<workgroup> rightSlice : array<vec4<f32>, ${sliceDepth * pitch(breadth)}>;
    fn leftAt(block : i32, line : i32, k : i32) -> ${left.width === 4 ? "vec4<f32>" : "f32"} { ${left.body} }
    fn rightAt(block : i32, line : i32, k : i32) -> ${right.width === 4 ? "vec4<f32>" : "f32"} { ${right.body} }
    fn placeOf(block : i32, split : i32, row : i32, column : i32) -> i32 { ${place} }
    ${fourLines("left", left.width, rows)}
    ${fourLines("right", right.width, columns)}`;
}

/** A function of four neighbouring lines at one depth, zeros outside of the product. */
function fourLines(side: "left" | "right", width: Width, lines: number): string {
  const isRagged = lines % 4 !== 0;
  const singly = [..."xyzw"].map((part, i) => {
    const load = `four.${part} = ${side}At(block, line + ${i}, k);`;
    return isRagged && i > 0 ? `if (line + ${i} < ${lines}) { ${load} }` : load;
  });
  return `
    fn ${side}Four(block : i32, line : i32, k : i32, end : i32) -> vec4<f32> {
      var four = vec4<f32>();
      if (k < end && line < ${lines}) { ${width === 4 ? `four = ${side}At(block, line, k);` : singly.join(" ")} }
      return four;
    }`;
}

function tileCode(tile: WorkgroupTile, { splits = 1, depth, share = depth, left, right, hasBias = false, activation = { kind: "none" } }: TiledProduct): string {
  const { columns, height, breadth, size, width, across, down, rows } = tile;
  const threadsAcross = breadth / 4;
  const finished = (sum: string, at: string): string =>
    concluded(sum, hasBias ? `bias[${at}]` : undefined, activation, width === 4 ? "vec4<f32>" : "f32");
  const stored = (row: number): string => width === 4
    ? `if (place >= 0) { result[place / 4] = ${finished(`sum${row}`, "column / 4")}; }`
    : [..."xyzw"].map((part, i) => `if (place >= 0 && column + ${i} < ${columns}) { result[place + ${i}] = ${finished(`sum${row}.${part}`, `column + ${i}`)}; }`).join("\n");
  return `
    let member = index % ${size};
    let tile = index / ${size};
    let firstColumn = (tile % ${across}) * ${breadth};
    let firstRow = ((tile / ${across}) % ${down}) * ${height};
    let split = (tile / ${across * down}) % ${splits};
    let block = tile / ${across * down * splits};
    let end = select(0, min(${depth}, (split + 1) * ${share}), index < uniforms.threads);
    let lineOfRow = member / ${threadsAcross};
    let lineOfColumn = member % ${threadsAcross};
    ${fours((i) => `var sum${i} = vec4<f32>();`)}
    // A barrier must be reached by all of a workgroup alike, for the compiler's eyes too: the number of steps is one for all.
    for (var step = 0; step < ${Math.ceil(share / sliceDepth)} + zero; step++) {
      let depthFrom = split * ${share} + step * ${sliceDepth};
      ${loadSlice("left", left, height, size, "firstRow")}
      ${loadSlice("right", right, breadth, size, "firstColumn")}
      workgroupBarrier();
      for (var k = 0; k < ${sliceDepth} + zero; k += 4) {
        ${fours((depth) => `
          let rows${depth} = leftSlice[(k + ${depth}) * ${pitch(height)} + lineOfRow];
          let columns${depth} = rightSlice[(k + ${depth}) * ${pitch(breadth)} + lineOfColumn];
          ${fours((i) => `sum${i} = fma(vec4<f32>(rows${depth}.${"xyzw"[i]}), columns${depth}, sum${i});`)}`)}
      }
      workgroupBarrier();
    }
    let row = firstRow + lineOfRow * 4;
    let column = firstColumn + lineOfColumn * 4;
    if (index < uniforms.threads && column < ${columns}) {
      ${fours((i) => `if (row + ${i} < ${rows}) { let place = placeOf(block, split, row + ${i}, column); ${stored(i)} }`)}
    }`;
}

/** The threads of a workgroup fill a slice, four lines each at a time. */
function loadSlice(side: "left" | "right", { along }: TiledFactor, lines: number, size: number, first: string): string {
  const count = sliceDepth * (lines / 4);
  return `
    for (var slot = member; slot < ${count} + zero; slot += ${size}) {
      let k = ${along === "depth" ? `slot % ${sliceDepth}` : `slot / ${lines / 4}`};
      let four = ${along === "depth" ? `slot / ${sliceDepth}` : `slot % ${lines / 4}`};
      ${side}Slice[k * ${pitch(lines)} + four] = ${side}Four(block, ${first} + four * 4, depthFrom + k, end);
    }`;
}

function fours(statement: (i: number) => string): string {
  return [0, 1, 2, 3].map(statement).join("\n");
}
