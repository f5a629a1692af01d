import { fold, negativeLogLikelihood, reparametrised, tf, type Key, type Likelihood, type Pass, type Tensor, type Tensors } from "../../src/index.ts";
import { gaussianDivergence } from "./gaussianDivergence.ts";

export interface ImportanceOptions {
  readonly likelihood: Likelihood;
  /** k: samples of each code. */
  readonly importanceSamples: number;
  readonly key: Key;
  encode(record: Tensors): Pass;
  decode(record: Tensors): Pass;
}

/** Bounds on log p(x) of each sample in nats, `[batch]` each. */
export interface ImportanceBounds {
  /** ELBO: the mean over the k samples of log p(x | z), less the divergence in closed form. */
  readonly elbo: Tensor;
  /** IWAE: log of the mean over the k samples of p(x, z) / q(z | x); in expectation not below the ELBO, and rising with k. */
  readonly bound: Tensor;
  /** The divergence alone. */
  readonly divergence: Tensor;
}

/**
 * The evidence lower bound and the importance-weighted one on the same k samples of q(z | x):
 * L_k = log 1/k Σᵢ p(x | zᵢ) p(zᵢ) / q(zᵢ | x), zᵢ ~ q(z | x).
 *
 * Reference: Burda, Grosse & Salakhutdinov 2016, "Importance weighted autoencoders", equation 8 and theorem 1.
 */
export function importanceBounds(record: Tensors, { likelihood, importanceSamples, key, encode, decode }: ImportanceOptions): ImportanceBounds {
  return tf.tidy((): { elbo: Tensor; bound: Tensor; divergence: Tensor } => {
    const { mean, logVariance } = encode(record).heads;
    const samples = record["samples"]!;
    const divergence = gaussianDivergence(mean!, logVariance!);
    const weights: Tensor[] = [];
    let likelihoods = tf.zerosLike(divergence);
    for (let i = 0; i < importanceSamples; i++) {
      const [likely, weight] = tf.tidy((): [Tensor, Tensor] => {
        const codes = reparametrised(mean!, logVariance!, fold(key, "importance", i));
        const log = tf.neg(negativeLogLikelihood(likelihood, samples, decode({ ...record, codes })));
        return [log, tf.add(log, logPriorOverPosterior(codes, mean!, logVariance!))];
      });
      likelihoods = tf.add(likelihoods, likely);
      weights.push(weight);
    }
    return { elbo: tf.sub(tf.div(likelihoods, importanceSamples), divergence), bound: logMeanExp(tf.stack(weights)), divergence };
  });
}

/** log N(z; 0, I) − log N(z; mean, diag exp(logVariance)) of each row; its mean over q is minus the divergence. */
export function logPriorOverPosterior(codes: Tensor, mean: Tensor, logVariance: Tensor): Tensor {
  const standardised = tf.div(tf.square(tf.sub(codes, mean)), tf.exp(logVariance));
  return tf.mul(tf.sum(tf.sub(tf.add(standardised, logVariance), tf.square(codes)), 1), 0.5);
}

/** log of the mean of exp over the first axis, from the largest down, so that nothing overflows: `[k, batch]` to `[batch]`. */
export function logMeanExp(logs: Tensor): Tensor {
  return tf.sub(tf.logSumExp(logs, 0), Math.log(logs.shape[0]!));
}
