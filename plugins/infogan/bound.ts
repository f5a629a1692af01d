import { classLogLikelihood, tf, type Tensor } from "../../src/index.ts";

/** Below this a deviation does not fall: the reward of a code that is read exactly would have no end. */
const LEAST_DEVIATION = 0.01;

/**
 * The mutual-information bound of a code that is one of K classes, all alike: L_I = ln K + E[log q(c | x)], in nats. At most
 * ln K; 0 for a head that knows nothing; below 0 for one that is sure and wrong.
 *
 * Shapes: int32 codes `[batch]`, logits `[batch, K]`.
 */
export function categoricalBound(codes: Tensor, logits: Tensor): Tensor {
  return tf.add(tf.mean(classLogLikelihood(codes, logits)), Math.log(logits.shape[1]!));
}

/**
 * The same of n codes that are uniform in [-1, 1]: L_I = n ln 2 + E[Σ log N(c; μ(x), σ(x)²)], in nats, where
 * σ = softplus(s) + 0.01. Without an end above: the better a code is read, the larger.
 *
 * Shapes: codes `[batch, n]`, read `[batch, 2n]`: every μ, then every s.
 */
export function gaussianBound(codes: Tensor, read: Tensor): Tensor {
  const n = codes.shape[1]!;
  const [mean, raw] = tf.split(read, 2, 1) as [Tensor, Tensor];
  const deviation = tf.add(tf.softplus(raw), LEAST_DEVIATION);
  const squares = tf.square(tf.div(tf.sub(codes, mean), deviation));
  const perCode = tf.add(tf.add(tf.mul(squares, 0.5), tf.log(deviation)), 0.5 * Math.log(2 * Math.PI));
  return tf.sub(n * Math.LN2, tf.mean(tf.sum(perCode, 1)));
}
