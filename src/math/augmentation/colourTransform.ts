import { tf, type Tensor } from "../tensor.ts";
import { happening, type AugmentationDraws } from "./augmentationDraws.ts";

/** Projection of a pixel on grey, v vᵀ with v = (1, 1, 1) / √3; what is left of it; and the cross product v × pixel. */
const GREY = Array.from({ length: 9 }, () => 1 / 3);
const LEFT = GREY.map((third, i) => (i % 4 === 0 ? 1 : 0) - third);
const CROSS = [0, -1, 1, 1, 0, -1, -1, 1, 0].map((sign) => sign / Math.sqrt(3));

/**
 * ADA's changes of colour, in its order: brightness x + b, contrast c x, luma flip (I − 2 f v vᵀ) x, hue (rotation about v
 * by θ), saturation (v vᵀ + s (I − v vᵀ)) x. All but the first keep grey and its complement apart, so together they are
 *
 *   c (1 − 2f) (v vᵀ x + b) + c s (cos θ (I − v vᵀ) x + sin θ v × x).
 *
 * One channel is grey only: c (1 − 2f) (x + b).
 *
 * @param images `[batch, height, width, 1 or 3]`
 */
export function colourTransform(images: Tensor, p: Tensor, draws: AugmentationDraws): Tensor {
  const [batch, height, width, channels] = images.shape as [number, number, number, number];
  const contrast = powerOfTwo(happening(draws.contrast, p));
  const luma = tf.mul(contrast, tf.sub(1, tf.mul(2, happening(draws.lumaFlip, p))));
  const brightness = tf.mul(luma, happening(draws.brightness, p));
  const overImages = (values: Tensor): Tensor => tf.reshape(values, [batch, 1, 1, 1]);
  if (channels === 1) return tf.add(tf.mul(images, overImages(luma)), overImages(brightness));
  const hue = happening(draws.hue, p);
  const chroma = tf.mul(contrast, powerOfTwo(happening(draws.saturation, p)));
  const part = (share: Tensor, matrix: readonly number[]): Tensor => tf.mul(tf.reshape(share, [batch, 1, 1]), tf.tensor(transposed(matrix), [1, 3, 3]));
  const matrix = tf.add(part(luma, GREY), tf.add(part(tf.mul(chroma, tf.cos(hue)), LEFT), part(tf.mul(chroma, tf.sin(hue)), CROSS)));
  const turned = tf.reshape(tf.matMul(tf.reshape(images, [batch, height * width, 3]), matrix), images.shape);
  return tf.add(turned, overImages(brightness));
}

function powerOfTwo(exponent: Tensor): Tensor {
  return tf.exp(tf.mul(exponent, Math.LN2));
}

/** Pixels are rows here, so matrices stand on their right. */
function transposed(matrix: readonly number[]): number[] {
  return matrix.map((_, i) => matrix[(i % 3) * 3 + Math.floor(i / 3)]!);
}
