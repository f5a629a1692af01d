import { fold } from "../random/fold.ts";
import type { Key } from "../random/key.ts";
import { uniforms } from "../random/uniforms.ts";
import { tf, type Tensor } from "../tensor.ts";
import { perSample } from "./perSample.ts";

/** How much each sample's colours are changed; one number per sample. */
export interface ColourAmounts {
  /** Added to every value. */
  readonly brightness: Float32Array;
  /** Factor on the distance of a value from its pixel's mean over the channels. */
  readonly saturation: Float32Array;
  /** Factor on the distance of a value from its image's mean. */
  readonly contrast: Float32Array;
}

/** Brightness in [−½, ½), saturation in [0, 2), contrast in [½, 1½), all uniform and independent. */
export function colourAmounts(key: Key, count: number): ColourAmounts {
  return {
    brightness: uniforms(fold(key, "brightness"), count, -0.5, 0.5),
    saturation: uniforms(fold(key, "saturation"), count, 0, 2),
    contrast: uniforms(fold(key, "contrast"), count, 0.5, 1.5),
  };
}

/**
 * DiffAugment's colour: x + b, then (x − m) s + m about the pixel's mean m, then (x − M) c + M about the image's mean M.
 * Put together that is c s x + c (1 − s) m + (1 − c) M + b, with m and M of the image as it came.
 *
 * @param images `[batch, height, width, channels]`; the amounts are meant for values in [−1, 1]
 * Reference: Zhao et al. 2020, "Differentiable augmentation for data-efficient GAN training", and its authors' code.
 */
export function colour(images: Tensor, { brightness, saturation, contrast }: ColourAmounts): Tensor {
  const channels = images.shape[3]!;
  // A single channel is its own mean: saturation leaves it.
  const s = channels === 1 ? saturation.map(() => 1) : saturation;
  const scaled = tf.mul(images, perSample(contrast.map((c, i) => c * s[i]!)));
  const spread = tf.mul(tf.mean(images, [1, 2, 3], true), perSample(contrast.map((c) => 1 - c)));
  const moved = tf.add(scaled, tf.add(spread, perSample(brightness)));
  if (channels === 1) return moved;
  return tf.add(moved, tf.mul(tf.mean(images, 3, true), perSample(contrast.map((c, i) => c * (1 - s[i]!)))));
}
