import type { tf } from "../../../math/tensor.ts";
import { type Activation, concluded } from "../activation.ts";
import { addProducts, loadElements, type RegisterTile, storeSums, tileRows, unrolled, zeroSums } from "../registerTile.ts";
import type { Width } from "../runShader.ts";
import type { TiledProduct } from "../workgroupTile.ts";

/** The same product for workgroup tiles. */
export function conv2dProduct({ filterHeight, filterWidth, inChannels }: tf.backend_util.Conv2DInfo, width: Width): TiledProduct {
  return {
    depth: filterHeight * filterWidth * inChannels,
    left: {
      width: 1,
      along: "depth",
      body: `
        let iy = ((line / OUT_WIDTH) % OUT_HEIGHT) * STRIDE_HEIGHT + k / (KERNEL_WIDTH * CHANNELS) - TOP;
        let ix = (line % OUT_WIDTH) * STRIDE_WIDTH + (k / CHANNELS) % KERNEL_WIDTH - LEFT;
        if (iy < 0 || iy >= HEIGHT || ix < 0 || ix >= WIDTH) { return 0.0; }
        return x[((line / (OUT_HEIGHT * OUT_WIDTH) * (HEIGHT / FACTOR) + iy / FACTOR) * (WIDTH / FACTOR) + ix / FACTOR) * CHANNELS + k % CHANNELS];`,
    },
    right: { width, along: "lines", body: `return w[(k * OUT_CHANNELS + line) / ${width}];` },
    place: "return row * OUT_CHANNELS + column;",
  };
}

/** Rows are output pixels, columns n, and the sum runs over the window's (ky, kx, c). */
export function conv2dShader(tile: RegisterTile, hasBias: boolean, activation: Activation): string {
  const rows = "BATCH * OUT_HEIGHT * OUT_WIDTH";
  return `
    let column = (index % ${tile.across}) * ${tile.elements};
    let firstRow = (index / ${tile.across}) * ${tileRows};
    ${zeroSums(tile)}
    ${unrolled(tileRows, (i) => `
      let p${i} = min(firstRow + ${i}, ${rows} - 1);
      let image${i} = (p${i} / (OUT_HEIGHT * OUT_WIDTH)) * (HEIGHT / FACTOR * (WIDTH / FACTOR));
      let iy${i} = ((p${i} / OUT_WIDTH) % OUT_HEIGHT) * STRIDE_HEIGHT - TOP;
      let ix${i} = (p${i} % OUT_WIDTH) * STRIDE_WIDTH - LEFT;`)}
    for (var ky = 0; ky < KERNEL_HEIGHT + zero; ky++) {
      for (var kx = 0; kx < KERNEL_WIDTH + zero; kx++) {
        ${unrolled(tileRows, (i) => `
          let y${i} = iy${i} + ky;
          let x${i} = ix${i} + kx;
          let ok${i} = y${i} >= 0 && y${i} < HEIGHT && x${i} >= 0 && x${i} < WIDTH;
          let from${i} = select(0, (image${i} + y${i} / FACTOR * (WIDTH / FACTOR) + x${i} / FACTOR) * CHANNELS, ok${i});`)}
        var at = (ky * KERNEL_WIDTH + kx) * CHANNELS * ${tile.stride};
        for (var c = 0; c < CHANNELS + zero; c++) {
          ${loadElements(tile, "w", "at")}
          ${addProducts(tile, (i) => `select(0.0, x[from${i} + c], ok${i})`)}
          at += ${tile.stride};
        }
      }
    }
    ${storeSums(
      tile,
      (i) => `firstRow + ${i} < ${rows}`,
      (i) => `(firstRow + ${i}) * ${tile.stride}`,
      (sum, j) => concluded(sum, hasBias ? `bias[column + ${j}]` : undefined, activation, tile.type),
    )}`;
}
