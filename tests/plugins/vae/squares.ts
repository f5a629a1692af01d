import { array, binarised, fold, rootKey, uniforms, type Source } from "../../../src/index.ts";

/** Grey images of 4 × 4 pixels made black and white: the left or the right half is bright. */
export function squares(batchSize: number): Source<"samples"> {
  const grey = uniforms(fold(rootKey(3), "squares"), 64 * 16);
  const samples = grey.map((u, i) => {
    const isBright = (i % 4 < 2) === (Math.floor(i / 16) % 2 === 0);
    return isBright ? 0.6 + 0.4 * u : 0.2 * u;
  });
  return binarised(array({ samples, shape: [4, 4, 1], range: [0, 1], batchSize }));
}
