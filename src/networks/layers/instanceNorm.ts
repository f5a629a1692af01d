import type { Layer } from "../layer.ts";
import { expectImage } from "./expectShape.ts";
import { normalisation, type NormalisationOptions, standardise } from "./normalisation.ts";

/**
 * Instance normalisation: every channel of every sample by its own mean and biased variance over the pixels,
 * y = (x − μ) / √(σ² + ε), with γ and β per channel where `affine` (default false, as in PyTorch). The same in training and
 * outside it. A map of one pixel becomes 0.
 *
 * Shapes: x `[batch, height, width, n]`; gamma and beta `[n]`.
 *
 * @throws ConfigurationError for wrong options, and when built on anything but an image.
 * Reference: Ulyanov et al. 2016, "Instance normalization".
 */
export function instanceNorm(options: NormalisationOptions = {}): Layer {
  return normalisation(options, {
    kind: "instanceNorm",
    affine: false,
    build(input) {
      expectImage("instanceNorm", input);
      return (x, epsilon) => standardise(x, [1, 2], epsilon);
    },
  });
}
