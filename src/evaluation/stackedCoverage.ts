import { ConfigurationError } from "../configuration/configurationError.ts";
import { sizeOf } from "../math/tensor.ts";
import { classCoverage } from "./classCoverage.ts";
import type { FeatureNetwork } from "./featureNetwork.ts";
import { judgeSamples } from "./judgeSamples.ts";
import type { JudgeableSamples } from "./metric.ts";
import { reverseKl } from "./reverseKl.ts";
import { totalVariation } from "./totalVariation.ts";

/** How samples spread over the combinations of their channels' classes. */
export interface StackedCoverage {
  readonly count: number;
  /** Combinations there are: 1,000 of three digits. */
  readonly modes: number;
  /** Combinations found at least once: the published figure, mostly of 26,000 samples. */
  readonly covered: number;
  /** Combinations with at least a tenth of the share they would have if all were alike: few samples say little of it. */
  readonly coveredByMass: number;
  /** KL(q ‖ uniform) in nats; of n real samples about (modes − 1) / 2n, 0.019 of 26,000. */
  readonly reverseKl: number;
  /** ½ Σ |q − uniform|, in [0, 1]. */
  readonly totalVariation: number;
  /** The combination of each sample: the first channel's class is the first digit, 0 … modes − 1. */
  readonly combinations: Int32Array;
}

/**
 * Mode coverage of stacked MNIST: three random digits as the channels of one image make 1,000 modes; each channel is judged
 * alone by a classifier of single digits. Any classifier of one channel serves, and any number of channels.
 *
 * @param network reads `[height, width, 1]`
 * @param samples `[height, width, channels]`, in the network's range
 * @throws ConfigurationError where the samples' height and width are not the network's
 * References: Metz et al., "Unrolled GANs" (2017), section 3.3.1; Srivastava et al., "VEEGAN" (2017); Lin et al., "PacGAN" (2018).
 */
export async function stackedCoverage(network: FeatureNetwork, { values, shape, count }: JudgeableSamples): Promise<StackedCoverage> {
  const [height, width, channels] = shape;
  if (channels === undefined || [height, width, 1].join() !== network.shape.join() || values.length !== count * sizeOf(shape)) {
    throw new ConfigurationError("stackedCoverage", [
      { path: "samples", message: `expected ${count} images of shape [${network.shape.slice(0, 2).join(", ")}, channels], got ${values.length} values of shape [${shape.join(", ")}]` },
    ]);
  }
  const combinations = new Int32Array(count);
  for (let channel = 0; channel < channels; channel++) {
    const plane = Float32Array.from({ length: values.length / channels }, (_, i) => values[i * channels + channel]!);
    const { predictions } = classCoverage(await judgeSamples(network, plane));
    predictions.forEach((digit, row) => {
      combinations[row] = combinations[row]! * network.classes + digit;
    });
  }
  return combinationCoverage(combinations, network.classes ** channels);
}

/**
 * The same of combinations that are known, 0 … modes − 1: what the labels of real stacked digits say.
 *
 * @throws ConfigurationError where there is none, or one is not of that range
 */
export function combinationCoverage(combinations: Int32Array, modes: number): StackedCoverage {
  const found = new Array<number>(modes).fill(0);
  for (const one of combinations) {
    if (!(one >= 0 && one < modes)) {
      throw new ConfigurationError("combinationCoverage", [{ path: "combinations", message: `expected integers from 0 to ${modes - 1}, got ${one}` }]);
    }
    found[one]!++;
  }
  const count = combinations.length;
  if (count === 0) throw new ConfigurationError("combinationCoverage", [{ path: "combinations", message: "expected at least one, got none" }]);
  const alike = found.map(() => 1);
  return {
    count,
    modes,
    covered: found.filter((number) => number > 0).length,
    coveredByMass: found.filter((number) => number >= count / (10 * modes)).length,
    reverseKl: reverseKl(found, alike),
    totalVariation: totalVariation(found, alike),
    combinations,
  };
}
