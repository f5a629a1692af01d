import type { Layer } from "../layer.ts";
import { expectChannels } from "./expectShape.ts";
import { normalisation, type NormalisationOptions, standardise } from "./normalisation.ts";

/**
 * Layer normalisation: every sample by its mean and biased variance over all its values,
 * y = γ (x − μ) / √(σ² + ε) + β, with γ and β per channel unless `affine` is false. The same in training and outside it. No
 * sample sees another, so it may stand in a critic under a gradient penalty, where batch norm may not.
 *
 * Shapes: x `[batch, n]` or `[batch, height, width, n]`; gamma and beta `[n]`. On vectors it is PyTorch's `LayerNorm(n)`, on
 * images its `GroupNorm(1, n)`.
 *
 * @throws ConfigurationError for wrong options, and when built on anything but a vector or an image.
 * Reference: Ba et al. 2016, "Layer normalization"; in critics: Gulrajani et al. 2017, section 4.
 */
export function layerNorm(options: NormalisationOptions = {}): Layer {
  return normalisation(options, {
    kind: "layerNorm",
    affine: true,
    build(input) {
      expectChannels("layerNorm", input);
      const axes = input.map((_, axis) => axis + 1);
      return (x, epsilon) => standardise(x, axes, epsilon);
    },
  });
}
