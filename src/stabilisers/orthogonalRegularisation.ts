import { checkOptions, oneOf, optional, text } from "../configuration/checkOptions.ts";
import { withTerm } from "../game/blueprint.ts";
import { definePlugin, type Plugin } from "../game/plugin.ts";
import { kernelMatrix } from "../math/penalties/kernelMatrix.ts";
import { type Orthogonality, orthogonalityPenalty } from "../math/penalties/orthogonality.ts";
import { type Scheduled, scheduledSpec } from "../math/schedules/schedule.ts";
import { tf, type Tensors } from "../math/tensor.ts";
import { guardedWeight, weightCheck } from "./withPenalty.ts";

export interface OrthogonalRegularisationOptions {
  /** β. Default 1e-4, BigGAN's. */
  readonly weight?: Scheduled;
  /** Default `generator`. */
  readonly network?: string;
  /** The turn in which the network is moved; default the one of the network's name. */
  readonly turn?: string;
  /** `decorrelated` (BigGAN's, default) leaves the filters' lengths free; `orthonormal` wants them 1. */
  readonly kind?: Orthogonality;
}

/**
 * Adds β Σ ‖WᵀW ∘ (1 − I)‖²_F over all kernels W of a network, each as a matrix with one column per index of its last axis
 * (its filters; the inputs of a transposed convolution, as in the authors' program).
 *
 * @throws ConfigurationError for wrong options
 * Reference: Brock, Donahue and Simonyan 2019, "Large scale GAN training for high fidelity natural image synthesis",
 * equation 3; `orthonormal` is Brock et al. 2017, "Neural photo editing with introspective adversarial networks".
 */
export function orthogonalRegularisation(options: OrthogonalRegularisationOptions = {}): Plugin {
  checkOptions(
    "orthogonalRegularisation",
    { weight: weightCheck, network: optional(text), turn: optional(text), kind: optional(oneOf("decorrelated", "orthonormal")) },
    options,
  );
  const { weight = 1e-4, network = "generator", turn = network, kind = "decorrelated" } = options;
  const described = { weight: scheduledSpec(weight), network, turn, kind };
  return definePlugin("orthogonalRegularisation", (round$) => round$, {
    options: described,
    assemble(blueprint) {
      if (blueprint.networks[network] === undefined) {
        throw new RangeError(`no network is named "${network}"; there are ${Object.keys(blueprint.networks).join(", ")}`);
      }
      return withTerm(blueprint, {
        name: `orthogonality/${network}`,
        turn,
        weight: guardedWeight("orthogonalRegularisation", "weight", weight),
        spec: { name: "orthogonalRegularisation", options: described },
        of: (seen) => {
          const penalties = kernelsOf(seen.parameters(network)).map((kernel) => orthogonalityPenalty(kernelMatrix(kernel), kind));
          return penalties.length === 0 ? tf.scalar(0) : penalties.reduce((sum, penalty) => tf.add(sum, penalty));
        },
      });
    },
  });
}

function kernelsOf(parameters: Tensors) {
  return Object.entries(parameters).flatMap(([name, value]) => (/(^|\/)kernel$/.test(name) && value.rank >= 2 ? [value] : []));
}
