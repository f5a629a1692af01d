import type { tf } from "../../../math/tensor.ts";
import { type Activation, concluded } from "../activation.ts";
import { addProducts, loadElements, type RegisterTile, storeSums, tileRows, unrolled, zeroSums } from "../registerTile.ts";
import type { Width } from "../runShader.ts";
import type { TiledProduct } from "../workgroupTile.ts";

/**
 * The same products for workgroup tiles, a block a phase. All have the depth of the phase with the most taps; a tap beyond
 * the kernel is zeros.
 */
export function conv2dBackpropInputProduct(
  { filterHeight, filterWidth, strideHeight, strideWidth, outChannels }: tf.backend_util.Conv2DInfo,
  width: Width,
): TiledProduct {
  const tapsAcross = Math.ceil(filterWidth / strideWidth);
  const tap = `
    let ky = (block / STRIDE_WIDTH + TOP) % STRIDE_HEIGHT + (k / (OUT_CHANNELS * ${tapsAcross})) * STRIDE_HEIGHT;
    let kx = (block % STRIDE_WIDTH + LEFT) % STRIDE_WIDTH + ((k / OUT_CHANNELS) % ${tapsAcross}) * STRIDE_WIDTH;`;
  const pixel = (row: string): string => `
    let iy = ((${row} / PHASE_WIDTH) % PHASE_HEIGHT) * STRIDE_HEIGHT + block / STRIDE_WIDTH;
    let ix = (${row} % PHASE_WIDTH) * STRIDE_WIDTH + block % STRIDE_WIDTH;`;
  return {
    blocks: strideHeight * strideWidth,
    depth: Math.ceil(filterHeight / strideHeight) * tapsAcross * outChannels,
    left: {
      width: 1,
      along: "depth",
      body: `
        ${tap}
        ${pixel("line")}
        let ny = iy + TOP - ky;
        let nx = ix + LEFT - kx;
        let oy = ny / STRIDE_HEIGHT;
        let ox = nx / STRIDE_WIDTH;
        if (ny < 0 || oy >= OUT_HEIGHT || nx < 0 || ox >= OUT_WIDTH) { return 0.0; }
        return dy[((line / (PHASE_HEIGHT * PHASE_WIDTH) * OUT_HEIGHT + oy) * OUT_WIDTH + ox) * OUT_CHANNELS + k % OUT_CHANNELS];`,
    },
    right: {
      width,
      along: "lines",
      body: `
        ${tap}
        if (ky >= KERNEL_HEIGHT || kx >= KERNEL_WIDTH) { return ${width === 4 ? "vec4<f32>()" : "0.0"}; }
        return w[(((ky * KERNEL_WIDTH + kx) * OUT_CHANNELS + k % OUT_CHANNELS) * CHANNELS + line) / ${width}];`,
    },
    place: `
      ${pixel("row")}
      if (iy >= HEIGHT || ix >= WIDTH) { return -1; }
      return ((row / (PHASE_HEIGHT * PHASE_WIDTH) * HEIGHT + iy) * WIDTH + ix) * CHANNELS + column;`,
  };
}

/**
 * Rows are the input pixels of one stride phase (iy mod stride, ix mod stride), so that all of them are reached by the
 * same taps and no other tap is visited; columns c; the sum runs over (ky, kx, n). The filter comes as [ky, kx, n, c].
 */
export function conv2dBackpropInputShader(tile: RegisterTile, hasBias: boolean, activation: Activation): string {
  const rows = "BATCH * PHASE_HEIGHT * PHASE_WIDTH";
  return `
    let column = (index % ${tile.across}) * ${tile.elements};
    let firstRow = ((index / ${tile.across}) % ${tile.down}) * ${tileRows};
    let phase = index / ${tile.across * tile.down};
    let py = phase / STRIDE_WIDTH;
    let px = phase % STRIDE_WIDTH;
    ${zeroSums(tile)}
    ${unrolled(tileRows, (i) => `
      let q${i} = min(firstRow + ${i}, ${rows} - 1);
      let b${i} = q${i} / (PHASE_HEIGHT * PHASE_WIDTH);
      let iy${i} = ((q${i} / PHASE_WIDTH) % PHASE_HEIGHT) * STRIDE_HEIGHT + py;
      let ix${i} = (q${i} % PHASE_WIDTH) * STRIDE_WIDTH + px;`)}
    for (var ky = (py + TOP) % STRIDE_HEIGHT; ky < KERNEL_HEIGHT + zero; ky += STRIDE_HEIGHT) {
      for (var kx = (px + LEFT) % STRIDE_WIDTH; kx < KERNEL_WIDTH + zero; kx += STRIDE_WIDTH) {
        ${unrolled(tileRows, (i) => `
          let ny${i} = iy${i} + TOP - ky;
          let nx${i} = ix${i} + LEFT - kx;
          let oy${i} = ny${i} / STRIDE_HEIGHT;
          let ox${i} = nx${i} / STRIDE_WIDTH;
          let ok${i} = ny${i} >= 0 && oy${i} < OUT_HEIGHT && nx${i} >= 0 && ox${i} < OUT_WIDTH;
          let from${i} = select(0, ((b${i} * OUT_HEIGHT + oy${i}) * OUT_WIDTH + ox${i}) * OUT_CHANNELS, ok${i});`)}
        var at = (ky * KERNEL_WIDTH + kx) * OUT_CHANNELS * ${tile.stride};
        for (var n = 0; n < OUT_CHANNELS + zero; n++) {
          ${loadElements(tile, "w", "at")}
          ${addProducts(tile, (i) => `select(0.0, dy[from${i} + n], ok${i})`)}
          at += ${tile.stride};
        }
      }
    }
    ${storeSums(
      tile,
      (i) => `firstRow + ${i} < ${rows} && iy${i} < HEIGHT && ix${i} < WIDTH`,
      (i) => `((b${i} * HEIGHT + iy${i}) * WIDTH + ix${i}) * ${tile.stride}`,
      (sum, j) => concluded(sum, hasBias ? `bias[column + ${j}]` : undefined, activation, tile.type),
    )}`;
}
