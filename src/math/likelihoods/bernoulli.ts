import { tf } from "../tensor.ts";
import type { Likelihood } from "./likelihood.ts";

/**
 * The cross-entropy of values in [0, 1] and the decoder's probabilities σ(l):
 * −log p(x | z) = Σ −x log σ(l) − (1 − x) log(1 − σ(l)) = Σ softplus(l) − x l, from logits l of any size.
 *
 * A likelihood of values that are 0 or 1; of greys in between it is the custom, and no density.
 *
 * Reference: Kingma and Welling 2014, "Auto-encoding variational Bayes", appendix C.1.
 */
export function bernoulli(): Likelihood {
  return {
    spec: { name: "bernoulli" },
    reads: "logits",
    negativeLog: (samples, logits) => {
      const rows = [samples.shape[0]!, -1];
      return tf.sum(tf.reshape(tf.sub(tf.softplus(logits), tf.mul(samples, logits)), rows), 1);
    },
  };
}
