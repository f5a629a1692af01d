/**
 * Pixels brought to another size: bilinear where they grow, and a triangle as wide as two of the new pixels where they
 * shrink, so that every old pixel counts and nothing flickers (plain bilinear looks at four and forgets the others). At the
 * borders the weights are divided by their sum.
 *
 *     new[i] = Σ_j old[j] Λ((j + ½ − (i + ½) s) / max(s, 1)) / Σ_j Λ(…),   s = old extent / new extent,   Λ(t) = max(0, 1 − |t|)
 *
 * along the width and then along the height. As PIL's `BILINEAR` and PyTorch's `interpolate(mode="bilinear",
 * antialias=True)` do it.
 *
 * @param pixels `[height, width, channels]`
 * @param to `[height, width]` wanted
 */
export function resample(
  pixels: Float32Array,
  [height, width, channels]: readonly [height: number, width: number, channels: number],
  [toHeight, toWidth]: readonly [height: number, width: number],
): Float32Array {
  const narrowed = alongMiddle(pixels, height, width, channels, toWidth);
  return alongMiddle(narrowed, 1, height, toWidth * channels, toHeight);
}

/** Resamples the middle axis of `[outer, extent, inner]`. */
function alongMiddle(values: Float32Array, outer: number, extent: number, inner: number, toExtent: number): Float32Array {
  if (extent === toExtent) return values;
  const taps = tapsOf(extent, toExtent);
  const result = new Float32Array(outer * toExtent * inner);
  for (let o = 0; o < outer; o++) {
    taps.forEach(({ first, weights }, i) => {
      const to = (o * toExtent + i) * inner;
      weights.forEach((weight, tap) => {
        const from = (o * extent + first + tap) * inner;
        for (let c = 0; c < inner; c++) result[to + c]! += weight * values[from + c]!;
      });
    });
  }
  return result;
}

interface Taps {
  readonly first: number;
  readonly weights: readonly number[];
}

/** Which old values, and how much of each, make each new value. */
function tapsOf(extent: number, toExtent: number): readonly Taps[] {
  const scale = extent / toExtent;
  const support = Math.max(scale, 1);
  return Array.from({ length: toExtent }, (_, i): Taps => {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - support + 0.5));
    const end = Math.min(extent, Math.floor(centre + support + 0.5));
    const weights = Array.from({ length: end - first }, (_, tap) => Math.max(0, 1 - Math.abs((first + tap + 0.5 - centre) / support)));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}
