import { type Activation, concluded } from "../activation.ts";
import { addProducts, loadElements, type RegisterTile, storeSums, tileRows, unrolled, zeroSums } from "../registerTile.ts";

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
