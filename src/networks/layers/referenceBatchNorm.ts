import type { Layer } from "../layer.ts";
import { normaliseByReference, referenceNormalisation } from "./referenceNormalisation.ts";
import type { NormalisationOptions } from "./normalisation.ts";

/**
 * Reference batch normalisation, y = γ (x − μ) / √(σ² + ε) + β with the mean and the biased variance of the reference batch alone.
 * The same in training and outside it. It can overfit to the reference batch: `virtualBatchNorm` is the remedy.
 *
 * Stands in a `referenceBatch`. Shapes: x `[batch, n]` or `[batch, height, width, n]`; gamma and beta `[n]`, unless `affine` is
 * false.
 *
 * @throws ConfigurationError for wrong options, when built on anything but a vector or an image, and in the first pass where
 * it stands in no `referenceBatch`.
 * Reference: Goodfellow 2016, "NIPS 2016 tutorial: generative adversarial networks", section 4.3.
 */
export function referenceBatchNorm(options: NormalisationOptions = {}): Layer {
  return referenceNormalisation("referenceBatchNorm", options, (x, rows, epsilon) => normaliseByReference(x, rows, epsilon, 0));
}
