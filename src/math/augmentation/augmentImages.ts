import { tf, type Tensor } from "../tensor.ts";
import { happening, type AugmentationDraws, type Draw } from "./augmentationDraws.ts";
import { colourTransform } from "./colourTransform.ts";
import { pickPixels } from "./pickPixels.ts";

/** What may be done to an image, in the order in which it is done. */
export const transforms = ["flip", "rotation", "translation", "colour"] as const;
export type Transform = (typeof transforms)[number];

/**
 * Each transformation on each sample with probability p, one after the other and independently: mirrored, turned by
 * quarters, moved by whole pixels (the image goes on in its mirror image beyond the border), coloured.
 *
 * p is a tensor and never read: what a draw does is decided on the device. Differentiable in the images.
 *
 * @param images `[batch, side, side, channels]`, 1 or 3 channels for colour; not square only without rotation
 * @param p scalar
 * Reference: Karras et al. 2020, "Training generative adversarial networks with limited data", appendix B.
 */
export function augmentImages(images: Tensor, p: Tensor, draws: AugmentationDraws, which: readonly Transform[] = transforms): Tensor {
  const moves = which.some((transform) => transform !== "colour");
  const moved = moves ? movedImages(images, p, draws, which) : images;
  return which.includes("colour") ? colourTransform(moved, p, draws) : moved;
}

function movedImages(images: Tensor, p: Tensor, draws: AugmentationDraws, which: readonly Transform[]): Tensor {
  const [batch, height, width] = images.shape as [number, number, number, number];
  const amount = (transform: Transform, draw: Draw): Tensor => (which.includes(transform) ? happening(draw, p) : tf.zeros([batch, 1]));
  const mirrored = amount("flip", draws.flip);
  const turns = amount("rotation", draws.rotation);
  const turned = (quarters: number): Tensor => tf.cast(tf.equal(turns, quarters), "float32");
  const [one, two, three] = [turned(1), turned(2), turned(3)];
  // A quarter turn is the transposed image read backwards along one axis; mirroring first reverses the other one of it.
  const isAcross = tf.add(one, three);
  const rowsReversed = differ(tf.add(one, two), tf.mul(isAcross, mirrored));
  const columnsReversed = differ(tf.add(two, three), tf.mul(tf.sub(1, isAcross), mirrored));
  const rows = placesFrom(amount("translation", draws.down), height, rowsReversed);
  const columns = placesFrom(amount("translation", draws.right), width, columnsReversed);
  if (!which.includes("rotation")) return pickPixels(images, rows, columns);
  const share = tf.reshape(isAcross, [batch, 1, 1, 1]);
  const across = tf.transpose(images, [0, 2, 1, 3]);
  return pickPixels(tf.add(tf.mul(across, share), tf.mul(images, tf.sub(1, share))), rows, columns);
}

/** 1 where exactly one of two is, for zeros and ones. */
function differ(a: Tensor, b: Tensor): Tensor {
  return tf.abs(tf.sub(a, b));
}

/** Where each pixel along an axis comes from: i − shift, reflected into the image, from the other end where reversed. */
function placesFrom(shift: Tensor, extent: number, reversed: Tensor): Tensor {
  const last = extent - 1;
  const beyond = tf.sub(tf.range(0, extent, 1, "float32"), shift);
  const inside = tf.sub(last, tf.abs(tf.sub(last, tf.abs(beyond))));
  return tf.add(inside, tf.mul(reversed, tf.sub(last, tf.mul(2, inside))));
}
