import { type Tensor, tf } from "./tensor.ts";

/** The highest frequency, in half turns from pure noise to pure signal: what is closer together is not told apart. */
const HIGHEST = 32;

/**
 * Sines and cosines by which a network can tell signal rates apart: of π f φ, where φ = (2 / π) atan2(√(1 − α), √α) goes
 * from 0 for pure signal to 1 for pure noise, and the frequencies f grow geometrically from 1 to 32. Under the cosine
 * schedule φ is, but for its small offset, the time t / T.
 *
 * @param alpha signal rates in [0, 1], `[batch, 1]`
 * @param size number of features, even
 * @returns `[batch, size]`
 * Reference: Vaswani et al. 2017, section 3.5; Ho, Jain and Abbeel 2020, appendix B, of the time step.
 */
export function signalFeatures(alpha: Tensor, size: number): Tensor {
  const half = size / 2;
  // By the angle and not by acos √α, which in float32 is coarse near α = 1.
  const phase = tf.mul(tf.atan2(tf.sqrt(tf.sub(1, alpha)), tf.sqrt(alpha)), 2 / Math.PI);
  const frequencies = Float32Array.from({ length: half }, (_, k) => HIGHEST ** (k / Math.max(half - 1, 1)) / 2);
  const turns = tf.mul(phase, tf.tensor(frequencies, [1, half]));
  // Within half a turn: the sine of a GPU is not accurate beyond, and need not be.
  const angles = tf.mul(tf.sub(turns, tf.round(turns)), 2 * Math.PI);
  return tf.concat([tf.sin(angles), tf.cos(angles)], 1);
}
