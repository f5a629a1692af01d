import { group, having, integer, listOf, optional } from "../configuration/checkOptions.ts";
import { zeros } from "./initializers/constant.ts";
import type { Initializer, Layer } from "./layer.ts";
import { dense } from "./layers/dense.ts";

/** The check of the options that fully connected networks share: widths, activation, kernelInitializer. */
export const hiddenLayerChecks = optional(
  group({
    widths: optional(listOf(integer())),
    activation: optional(having("a layer", "build")),
    kernelInitializer: optional(having("an initializer", "values")),
  }),
);

/** Fully connected layers of these widths, each followed by the activation. */
export function hiddenLayers(widths: readonly number[], activation: Layer, kernelInitializer: Initializer): readonly Layer[] {
  return widths.flatMap((units) => [dense({ units, kernelInitializer, biasInitializer: zeros() }), activation]);
}
