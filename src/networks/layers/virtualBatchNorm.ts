import type { Layer } from "../layer.ts";
import { normaliseByReference, referenceNormalisation } from "./referenceNormalisation.ts";
import type { NormalisationOptions } from "./normalisation.ts";

/**
 * Virtual batch normalisation, y = γ (x − μ) / √(σ² + ε) + β: each sample by the statistics of the reference batch with the sample
 * itself added to it as one more. Over the R reference samples and the sample, of weight 1 / (R + 1) each, μ is the mean
 * of the means and σ² the variance of all values. The reference batch itself, too, is carried on, normalised by its own
 * statistics. The same in training and outside it.
 *
 * Stands in a `referenceBatch`. Shapes: x `[batch, n]` or `[batch, height, width, n]`; gamma and beta `[n]`, unless `affine` is
 * false.
 *
 * @throws ConfigurationError for wrong options, when built on anything but a vector or an image, and in the first pass where
 * it stands in no `referenceBatch`.
 * Reference: Salimans et al. 2016, section 3.4, and the authors' code.
 */
export function virtualBatchNorm(options: NormalisationOptions = {}): Layer {
  return referenceNormalisation("virtualBatchNorm", options, (x, rows, epsilon) => normaliseByReference(x, rows, epsilon, 1 / (rows + 1)));
}
