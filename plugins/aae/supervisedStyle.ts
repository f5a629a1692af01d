import {
  boolean, checkOptions, conditions, ConfigurationError, definePlugin, oneHot, optional, withInput, withSource, type Adversary, type Blueprint, type FieldPlans, type InputPlan,
  type Plugin,
} from "../../src/index.ts";

export interface SupervisedStyleOptions {
  /**
   * Shows the discriminator a label on both sides: of the sample that was encoded beside its code, of any other sample beside one
   * of the prior. The codes then follow the prior within each class, and so tell nothing of it. Needs `aae` before it. Default false.
   */
  readonly isIndependent?: boolean;
}

/**
 * Gives the decoder the label of what it is to decode, so that the code need not say it and is left with the style.
 *
 * In training it is the label of the sample that was encoded; what is generated has the label that is asked for:
 * `generate({ checkpoint, network: "decoder", given: { labels: [7] }, … })`, else one drawn uniformly.
 *
 * The paper leaves it at that, and matches the codes of all classes together with the prior: a class may still keep to its own
 * part of it. `isIndependent` forbids that.
 *
 * @throws ConfigurationError where the game is no autoencoder's, the data have no labels, do not say of how many classes, or have one class
 * @example
 * ```ts
 * train$(autoencoding({ … }), aae({ prior: gaussian(8) }), supervisedStyle(), step("reconstruction"), discriminatorStep(), step("regularisation"));
 * ```
 * Reference: Makhzani et al. 2015, section 4.
 */
export function supervisedStyle(options: SupervisedStyleOptions = {}): Plugin<never, "codes" | "labels"> {
  checkOptions("supervisedStyle", { isIndependent: optional(boolean) }, options);
  const { isIndependent = false } = options;
  return definePlugin("supervisedStyle", (round$) => round$, {
    options: { isIndependent },
    needs: ["codes", "labels"],
    assemble: (blueprint) => {
      const asked = conditions(blueprint.sources["data"]!, { draw: "uniform" });
      const game = withInput(withSource(blueprint, "askedLabels", asked, "decoder"), "decoder", labelsInput);
      return isIndependent ? withLabelsShown(game) : game;
    },
  });
}

/** A blueprint whose adversary of codes sees labels, on the side of the prior those of other samples, drawn as often. */
function withLabelsShown(blueprint: Blueprint): Blueprint {
  const { adversary } = blueprint.adversaries;
  if (adversary === undefined) {
    throw new ConfigurationError("supervisedStyle", [{ path: "isIndependent", message: "expected a plugin before it that tells codes from a prior, such as aae, got none" }]);
  }
  const shown: Adversary = {
    ...adversary,
    real: (seen) => ({ ...adversary.real(seen), labels: seen.drawn("otherLabels")["labels"]! }),
    fake: (seen) => ({ ...adversary.fake(seen), labels: seen.drawn("data")["labels"]! }),
  };
  const game = withSource(blueprint, "otherLabels", conditions(blueprint.sources["data"]!, { draw: "data" }));
  return withInput({ ...game, adversaries: { ...game.adversaries, adversary: shown } }, adversary.discriminator, labelsInput);
}

function labelsInput({ labels }: FieldPlans): InputPlan {
  if (labels?.classes === undefined) {
    throw new ConfigurationError("supervisedStyle", [{ path: "labels", message: "expected labels of a known number of classes, got none that say it" }]);
  }
  return { field: "labels", layers: [oneHot({ classes: labels.classes })] };
}
