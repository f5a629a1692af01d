import type { tf } from "../../../math/tensor.ts";
import { addProducts, loadElements, type RegisterTile, storeSums, tileRows, unrolled, zeroSums } from "../registerTile.ts";
import type { Width } from "../runShader.ts";
import type { TiledProduct } from "../workgroupTile.ts";

/** The same product for workgroup tiles, its depth being the pixels of all images. */
export function conv2dBackpropFilterProduct({ batchSize, outHeight, outWidth }: tf.backend_util.Conv2DInfo, group: Width, width: Width): TiledProduct {
  return {
    depth: batchSize * outHeight * outWidth,
    left: {
      width: group,
      along: "lines",
      body: `
        let iy = ((k / OUT_WIDTH) % OUT_HEIGHT) * STRIDE_HEIGHT + line / (KERNEL_WIDTH * CHANNELS) - TOP;
        let ix = (k % OUT_WIDTH) * STRIDE_WIDTH + (line / CHANNELS) % KERNEL_WIDTH - LEFT;
        if (iy < 0 || iy >= HEIGHT || ix < 0 || ix >= WIDTH) { return ${group === 4 ? "vec4<f32>()" : "0.0"}; }
        return x[(((k / (OUT_HEIGHT * OUT_WIDTH) * (HEIGHT / FACTOR) + iy / FACTOR) * (WIDTH / FACTOR) + ix / FACTOR) * CHANNELS + line % CHANNELS) / ${group}];`,
    },
    right: { width, along: "lines", body: `return dy[(k * OUT_CHANNELS + line) / ${width}];` },
    place: "return (split * ROWS + row) * OUT_CHANNELS + column;",
  };
}

/**
 * Rows are the filter's (ky, kx, c), columns n, and the sum runs over the pixels of the images of one split. `group` rows
 * that follow each other lie in one tap and are loaded together.
 */
export function conv2dBackpropFilterShader(tile: RegisterTile, group: 1 | 4): string {
  const groups = tileRows / group;
  const zero = group === 4 ? "vec4<f32>()" : "0.0";
  return `
    let column = (index % ${tile.across}) * ${tile.elements};
    let firstRow = ((index / ${tile.across}) % ${tile.down}) * ${tileRows};
    let split = index / ${tile.across * tile.down};
    ${zeroSums(tile)}
    ${unrolled(groups, (g) => `
      let m${g} = min(firstRow + ${g * group}, ROWS - ${group});
      let c${g} = m${g} % CHANNELS;
      let kx${g} = (m${g} / CHANNELS) % KERNEL_WIDTH - LEFT;
      let ky${g} = m${g} / (CHANNELS * KERNEL_WIDTH) - TOP;`)}
    for (var b = split * IMAGES; b < min(BATCH, (split + 1) * IMAGES); b++) {
      for (var oy = 0; oy < OUT_HEIGHT + zero; oy++) {
        ${unrolled(groups, (g) => `
          let y${g} = oy * STRIDE_HEIGHT + ky${g};
          let inside${g} = y${g} >= 0 && y${g} < HEIGHT;
          let row${g} = (b * (HEIGHT / FACTOR) + y${g} / FACTOR) * (WIDTH / FACTOR);`)}
        let dyRow = (b * OUT_HEIGHT + oy) * OUT_WIDTH;
        for (var ox = 0; ox < OUT_WIDTH + zero; ox++) {
          ${unrolled(groups, (g) => `
            let x${g} = ox * STRIDE_WIDTH + kx${g};
            let ok${g} = inside${g} && x${g} >= 0 && x${g} < WIDTH;
            let v${g} = select(${zero}, x[select(0, ((row${g} + x${g} / FACTOR) * CHANNELS + c${g}) / ${group}, ok${g})], ok${g});`)}
          let at = (dyRow + ox) * ${tile.stride};
          ${loadElements(tile, "dy", "at")}
          ${addProducts(tile, (i) => group === 1 ? `v${i}` : `v${i >> 2}.${"xyzw"[i & 3]}`)}
        }
      }
    }
    ${storeSums(tile, (i) => `firstRow + ${i} < ROWS`, (i) => `(split * ROWS + firstRow + ${i}) * ${tile.stride}`)}`;
}
