import { tf, type Tensor } from "../tensor.ts";

/** ADA's controller between two adjustments; its tensors are scalars. */
export type AugmentationStrength = {
  /** Probability of each transformation, in [0, 1]. */
  readonly p: Tensor;
  /** Sum of the measures of E[sign(D(real))] since the last adjustment, and how many they are. */
  readonly signs: Tensor;
  readonly count: Tensor;
  /** Real samples shown since the last adjustment. */
  readonly shown: number;
};

/** Nothing augmented, nothing measured. */
export function noStrength(): AugmentationStrength {
  return { p: tf.scalar(0), signs: tf.scalar(0), count: tf.scalar(0), shown: 0 };
}

/** With another measure of E[sign(D(real))], which shows overfitting by coming near 1. */
export function measured({ p, signs, count, shown }: AugmentationStrength, sign: Tensor): AugmentationStrength {
  return { p, shown, signs: tf.add(signs, sign), count: tf.add(count, 1) };
}

/**
 * p ← p + speed · shown · sign(r − target), kept within [0, 1], with r the mean of the measures; and begins to measure anew.
 * Without a measure p stays.
 *
 * Reference: Karras et al. 2020, "Training generative adversarial networks with limited data", section 3.1; the authors'
 * code keeps p from below only.
 */
export function adjusted({ p, signs, count, shown }: AugmentationStrength, target: number, speed: number): AugmentationStrength {
  // sign(Σ − n · target) is the sign of the mean's distance, and 0 where nothing was measured.
  const direction = tf.sign(tf.sub(signs, tf.mul(count, target)));
  return { ...noStrength(), p: tf.clipByValue(tf.add(p, tf.mul(direction, speed * shown)), 0, 1) };
}
