import { closest } from "fastest-levenshtein";
import { checkOptions, listOf, oneOf, show } from "../configuration/checkOptions.ts";
import { ConfigurationError, type Problem } from "../configuration/configurationError.ts";
import { withView } from "../game/blueprint.ts";
import { definePlugin, type Plugin } from "../game/plugin.ts";
import type { View } from "../game/view.ts";
import { colour, colourAmounts } from "../math/augmentation/colour.ts";
import { cutout, holes } from "../math/augmentation/cutout.ts";
import { shifts, translation } from "../math/augmentation/translation.ts";
import { fold } from "../math/random/fold.ts";
import type { Key } from "../math/random/key.ts";
import type { Tensor } from "../math/tensor.ts";
import { expectImages } from "./expectImages.ts";

const policies = {
  colour: (images: Tensor, key: Key) => colour(images, colourAmounts(key, images.shape[0]!)),
  translation: (images: Tensor, key: Key) => translation(images, shifts(key, images.shape[0]!, [images.shape[1]!, images.shape[2]!])),
  cutout: (images: Tensor, key: Key) => cutout(images, holes(key, images.shape[0]!, [images.shape[1]!, images.shape[2]!])),
};

/** `colour`: brightness, saturation, contrast; `translation`: up to an eighth; `cutout`: a hole of half the side. */
export type AugmentationPolicy = keyof typeof policies;
const known = Object.keys(policies) as readonly AugmentationPolicy[];

export interface DiffAugmentOptions {
  /** What is done to every image, in this order; each at most once. */
  readonly policies: readonly AugmentationPolicy[];
}

/**
 * Augments every image the discriminator sees, real and generated alike, in both players' turns; the generator's gradient
 * flows back through the augmentation. The discriminator cannot learn the few real images by heart, and the generator
 * does not learn to augment, because it is judged under the same augmentation.
 *
 * Each image has draws of its own, fresh for each side, turn and repetition. Meant for values in [−1, 1]; what is moved in
 * or cut out is 0, as in the authors' code: the middle of the range, grey.
 *
 * @throws ConfigurationError for wrong options, and where the samples are not images `[height, width, channels]`
 * @example
 * ```ts
 * diffAugment({ policies: ["colour", "translation", "cutout"] });
 * ```
 * Reference: Zhao, Liu, Lin, Zhu & Han 2020, "Differentiable augmentation for data-efficient GAN training".
 */
export function diffAugment(options: DiffAugmentOptions): Plugin {
  const view = diffAugmentView(options);
  return definePlugin("diffAugment", (round$) => round$, {
    options: { policies: [...options.policies] },
    assemble: (blueprint) => withView(blueprint, view),
  });
}

/**
 * The same augmentation as a view, for who takes one: `consistency({ augmentation: diffAugmentView({ policies: ["translation"] }) })`.
 *
 * @throws ConfigurationError for wrong options, and where the samples are not images `[height, width, channels]`
 */
export function diffAugmentView(options: DiffAugmentOptions): View {
  checkOptions("diffAugment", { policies: listOf(oneOf(...known), 1) }, suggesting(options));
  const chosen = [...options.policies];
  const twice = chosen.find((policy, i) => chosen.indexOf(policy) !== i);
  if (twice !== undefined) throw new ConfigurationError("diffAugment", [{ path: "policies", message: `expected each policy once, got "${twice}" twice` }]);
  return {
    name: "diffAugment",
    spec: { name: "diffAugment", options: { policies: chosen } },
    of: (record, { key }) => ({
      ...record,
      samples: chosen.reduce((images, policy) => policies[policy](images, fold(key, policy)), record["samples"]!),
    }),
    fields: (fields) => expectImages("diffAugment", fields),
  };
}

/** The options, unless a policy is unknown: then the error names the nearest one. */
function suggesting(options: DiffAugmentOptions): DiffAugmentOptions {
  const given: unknown = (options as Partial<DiffAugmentOptions> | null)?.policies;
  if (!Array.isArray(given)) return options;
  const problems = given.flatMap((name: unknown, i): readonly Problem[] =>
    typeof name !== "string" || (known as readonly string[]).includes(name)
      ? []
      : [{ path: `policies[${i}]`, message: `unknown policy ${show(name)}; did you mean "${closest(name, [...known])}"? Known: ${known.join(", ")}` }],
  );
  if (problems.length > 0) throw new ConfigurationError("diffAugment", problems);
  return options;
}
