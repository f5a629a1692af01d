import { checkOptions, number, optional } from "../../configuration/checkOptions.ts";
import { tf } from "../tensor.ts";
import type { Likelihood } from "./likelihood.ts";

export interface SquaredErrorOptions {
  /** σ, of each value round what is decoded; the smaller, the more a code must tell of its sample. Default 1. */
  readonly deviation?: number;
}

/**
 * ‖x − x̂‖² / 2σ²: what −log N(x; x̂, σ² I) is but for a constant.
 *
 * @throws ConfigurationError for a deviation that is not above 0
 */
export function squaredError(options: SquaredErrorOptions = {}): Likelihood {
  checkOptions("squaredError", { deviation: optional(number({ above: 0 })) }, options);
  const { deviation = 1 } = options;
  return {
    spec: { name: "squaredError", options: { deviation } },
    reads: "samples",
    negativeLog: (samples, decoded) => {
      const squares = tf.square(tf.sub(decoded, samples));
      return tf.div(tf.sum(tf.reshape(squares, [samples.shape[0]!, -1]), 1), 2 * deviation ** 2);
    },
  };
}
