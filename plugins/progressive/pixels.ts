import { repeatPixels, tf, type Tensor } from "../../src/index.ts";
import type { Growth } from "./growthAt.ts";

/** Average pooling: each square of `factor` × `factor` pixels becomes their mean. `[batch, side, side, channels]`. */
export function shrink(x: Tensor, factor: number): Tensor {
  return factor === 1 ? x : tf.avgPool(x as tf.Tensor4D, factor, factor, "valid");
}

/** (1 − α) · old + α · young. */
export function blend(old: Tensor, young: Tensor, alpha: number): Tensor {
  return tf.add(tf.mul(old, 1 - alpha), tf.mul(young, alpha));
}

/**
 * Real images as a stage of `side` pixels shows them, at their own size: no finer than its pixels, and during the fade blended
 * with what the stage before showed, (1 − α) · x at side / 2 + α · x at side. What is generated has the same grain.
 *
 * Shapes: `[batch, size, size, channels]`, unchanged; `size` is a multiple of `side`.
 * Reference: Karras et al. 2018, "Progressive growing of GANs", appendix A.1: "we interpolate between two resolutions of
 * the real images".
 */
export function fadeReal(images: Tensor, { side, alpha }: Growth): Tensor {
  const size = images.shape[1]!;
  const small = shrink(images, size / side);
  const shown = alpha < 1 ? blend(repeatPixels(shrink(small, 2), 2), small, alpha) : small;
  return repeatPixels(shown, size / side);
}
