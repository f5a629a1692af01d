import { checkOptions, group, having, integer, listOf, optional, satisfies, text } from "../../configuration/checkOptions.ts";
import { ConfigurationError } from "../../configuration/configurationError.ts";
import { sizeOf } from "../../math/tensor.ts";
import type { FeatureNetwork } from "../featureNetwork.ts";
import type { Features } from "../featureStatistics.ts";
import { judgedOnce } from "../judgedOnce.ts";
import { judgedReference } from "../judgedReference.ts";
import { asFeatures, type JudgeableSamples, networkLabel, type ReferenceSamples, type Score } from "../metric.ts";

/** What generated samples are compared with, and in which features. */
export interface ComparisonOptions {
  readonly reference: ReferenceSamples;
  /** Whose features are compared; the samples' own values (pixels, coordinates) unless told. */
  readonly network?: FeatureNetwork;
  /** Folder in which the reference's features are kept for the next process; in memory unless told. */
  readonly cache?: string;
}

/** A comparison ready to be made. */
export interface Comparison {
  /** The reference's features. */
  readonly real: () => Promise<Features>;
  readonly featuresOf: (samples: JudgeableSamples) => Promise<Features>;
  readonly scoreOf: (samples: JudgeableSamples, name: string, value: number, standardError?: number) => Score;
}

export const networkCheck = having("a feature network", "classify");
const samplesCheck = {
  count: integer(),
  shape: listOf(integer()),
  values: satisfies("a Float32Array", (value) => value instanceof Float32Array),
};
export const comparisonChecks = {
  reference: satisfies("samples with a name", (value) => value !== null && typeof value === "object"),
  network: optional(networkCheck),
  cache: optional(text),
};

/** @throws ConfigurationError for a reference whose values are not `count` samples of `shape` */
export function comparisonWith(owner: string, { reference, network, cache }: ComparisonOptions): Comparison {
  const { name, count, shape, values } = reference;
  checkOptions(owner, { reference: group({ name: text, ...samplesCheck }) }, { reference: { name, count, shape, values } });
  if (values.length !== count * sizeOf(shape)) {
    throw new ConfigurationError(owner, [
      { path: "reference.values", message: `expected ${count * sizeOf(shape)} values, ${count} of shape [${shape.join(", ")}], got ${values.length}` },
    ]);
  }
  return {
    real: async () => (network === undefined ? asFeatures(reference) : judgedReference(network, reference, cache)),
    featuresOf: async (samples) => (network === undefined ? asFeatures(samples) : judgedOnce(network, samples)),
    scoreOf: (samples, score, value, standardError) => ({ ...scoreWith(network, samples, score, value, standardError), reference: referenceLabel(reference) }),
  };
}

/** What a reference is called beside a score. */
export function referenceLabel({ name, count }: Pick<ReferenceSamples, "name" | "count">): string {
  return `${name}, ${count} ${count === 1 ? "sample" : "samples"}`;
}

/** A score without a reference. */
export function scoreWith(network: FeatureNetwork | undefined, { count }: JudgeableSamples, name: string, value: number, standardError?: number): Score {
  return {
    name,
    value,
    samples: count,
    ...(network === undefined ? {} : { network: networkLabel(network) }),
    ...(standardError === undefined ? {} : { standardError }),
  };
}
