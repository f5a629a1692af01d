import { checkOptions, number, optional } from "../../configuration/checkOptions.ts";
import { ConfigurationError } from "../../configuration/configurationError.ts";
import { type Tensor, tf } from "../tensor.ts";
import type { Objective } from "./objective.ts";

export interface LeastSquaresOptions {
  /** What the discriminator is to say of generated samples. Default 0. */
  readonly a?: number;
  /** What it is to say of real ones. Default 1; 0.9 smooths one-sidedly. */
  readonly b?: number;
  /** What the generator wants it to say of its samples. Default `b`. */
  readonly c?: number;
}

/**
 * The least-squares game, in which the score itself is compared with a target and nothing saturates. Discriminator:
 * ½ E[(D(x) − b)²] + ½ E[(D(G(z)) − a)²]; generator: ½ E[(D(G(z)) − c)²]. D is the raw score, without a sigmoid.
 *
 * The best discriminator is (b p_data + a p_g) / (p_data + p_g). With b − c = 1 and b − a = 2 (a = −1, b = 1, c = 0) the
 * generator then minimises Pearson's χ² divergence of p_data + p_g and 2 p_g.
 *
 * @throws ConfigurationError for wrong options, and where a = b.
 * Reference: Mao et al. 2017, "Least squares generative adversarial networks", section 3.
 */
export function leastSquares(options: LeastSquaresOptions = {}): Objective {
  checkOptions("leastSquares", { a: optional(number()), b: optional(number()), c: optional(number()) }, options);
  const { a = 0, b = 1, c = b } = options;
  if (a === b) {
    throw new ConfigurationError("leastSquares", [{ path: "b", message: `expected another target than a, got ${b} for both: there would be nothing to tell apart` }]);
  }
  return {
    spec: { name: "leastSquares", options: { a, b, c } },
    generatorSeesReal: false,
    discriminator: ({ real, fake }) => tf.add(halfSquare(real, b), halfSquare(fake, a)),
    generator: ({ fake }) => halfSquare(fake, c),
  };
}

function halfSquare(scores: Tensor, target: number): Tensor {
  return tf.mul(tf.mean(tf.square(tf.sub(scores, target))), 0.5);
}
