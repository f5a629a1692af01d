import {
  checkOptions, ConfigurationError, definePlugin, encoded, gaussian, number, optional, scheduled, scheduledSpec, tf, withGaussianPosterior, withSource, withTerm,
  type Plugin, type Scheduled,
} from "../../src/index.ts";
import { gaussianDivergence } from "./gaussianDivergence.ts";

export { gaussianDivergence } from "./gaussianDivergence.ts";
export { importanceBounds, logMeanExp, type ImportanceBounds, type ImportanceOptions } from "./importanceBounds.ts";
export { measureBounds, type MeasureBoundsOptions } from "./measureBounds.ts";

export interface VaeOptions {
  /** Of the divergence; β. Default 1, the bound itself. A schedule warms up. */
  readonly weight?: Scheduled;
}

/**
 * The variational autoencoder, as a baseline: the encoder of an `autoencoding` game says how each code is distributed,
 * q(z | x) = N(mean, diag exp(logVariance)), and the turn `reconstruction` lowers the negative evidence lower bound
 *
 * −ELBO = E_q[−log p(x | z)] + β KL(q(z | x) ‖ N(0, I)),
 *
 * the first by one reparametrised sample a row, the second in closed form. Both are in the events in nats a sample:
 * `term/reconstruction`, `term/divergence`, and the whole as `loss/reconstruction`. The decoder generates from N(0, I).
 *
 * @throws ConfigurationError for wrong options, and where the game is no autoencoder's or its codes have a prior already
 * @example
 * ```ts
 * train$(autoencoding({ data: binarised(digits({ batchSize: 128 })), networks: autoencoder({ codes: 20 }), likelihood: bernoulli(), … }),
 *   vae(), step("reconstruction"));
 * ```
 * Reference: Kingma and Welling 2014, "Auto-encoding variational Bayes"; β: Higgins et al. 2017.
 */
export function vae(options: VaeOptions = {}): Plugin<"logVariance", "codes"> {
  checkOptions("vae", { weight: optional(scheduled(number({ minimum: 0 }))) }, options);
  const { weight = 1 } = options;
  return definePlugin("vae", (round$) => round$, {
    options: { weight: scheduledSpec(weight) },
    needs: ["codes"],
    adds: ["logVariance"],
    assemble: (blueprint) => {
      if (blueprint.sources["prior"] !== undefined) {
        throw new ConfigurationError("vae", [{ path: "prior", message: "expected a game whose codes have no prior yet, got one that has (of aae, or of another vae)" }]);
      }
      const prior = gaussian(blueprint.fields["codes"]!.shape[0]!, { field: "codes" });
      const game = withSource(withGaussianPosterior(blueprint), "prior", prior, "decoder");
      return withTerm(game, {
        name: "divergence",
        turn: "reconstruction",
        weight,
        of: (seen) => {
          const { mean, logVariance } = encoded(seen);
          return tf.mean(gaussianDivergence(mean!, logVariance!));
        },
      });
    },
  });
}
