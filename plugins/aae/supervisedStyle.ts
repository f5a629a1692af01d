import { conditions, definePlugin, oneHot, withInput, withSource, type FieldPlans, type InputPlan, type Plugin } from "../../src/index.ts";
import { ConfigurationError } from "../../src/index.ts";

/**
 * Gives the decoder the label of what it is to decode, so that the code need not say it and is left with the style.
 *
 * In training it is the label of the sample that was encoded; what is generated has the label that is asked for:
 * `generate({ checkpoint, network: "decoder", given: { labels: [7] }, … })`, else one drawn uniformly.
 *
 * @throws ConfigurationError where the game is no autoencoder's, the data have no labels or do not say of how many classes
 * @example
 * ```ts
 * train$(autoencoding({ … }), aae({ prior: gaussian(8) }), supervisedStyle(), step("reconstruction"), discriminatorStep(), step("regularisation"));
 * ```
 * Reference: Makhzani et al. 2015, section 4.
 */
export function supervisedStyle(): Plugin<never, "codes" | "labels"> {
  return definePlugin("supervisedStyle", (round$) => round$, {
    options: {},
    needs: ["codes", "labels"],
    assemble: (blueprint) => {
      const asked = conditions(blueprint.sources["data"]!, { draw: "uniform" });
      return withInput(withSource(blueprint, "askedLabels", asked, "decoder"), "decoder", labelsInput);
    },
  });
}

function labelsInput({ labels }: FieldPlans): InputPlan {
  if (labels?.classes === undefined) {
    throw new ConfigurationError("supervisedStyle", [{ path: "labels", message: "expected labels of a known number of classes, got none that say it" }]);
  }
  return { field: "labels", layers: [oneHot({ classes: labels.classes })] };
}
