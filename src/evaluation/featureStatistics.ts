import { checkOptions, integer } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";

/** Mean and covariance of a set of features, in float64. */
export interface FeatureStatistics {
  /** Rows they were taken over. */
  readonly count: number;
  /** Features in a row. */
  readonly featureSize: number;
  /** `[featureSize]` */
  readonly mean: Float64Array;
  /** `[featureSize, featureSize]` row by row: Σ (x − mean)(x − mean)ᵀ / (count − 1). */
  readonly covariance: Float64Array;
}

/** Features row by row, as `judgeSamples` returns them. */
export interface Features {
  /** `[count, featureSize]` */
  readonly features: ArrayLike<number>;
  readonly featureSize: number;
}

/**
 * Mean and unbiased covariance of features. In two passes: the one-pass formula loses the digits of features whose
 * spread is small beside their mean.
 *
 * @throws ConfigurationError where the features are not at least two whole rows of finite numbers
 */
export function featureStatistics({ features, featureSize }: Features): FeatureStatistics {
  checkOptions("featureStatistics", { featureSize: integer() }, { featureSize });
  const count = features.length / featureSize;
  if (count < 2 || !Number.isInteger(count)) {
    throw new ConfigurationError("featureStatistics", [
      { path: "features", message: `expected at least two rows of ${featureSize} features, got ${features.length} numbers` },
    ]);
  }
  const mean = new Float64Array(featureSize);
  for (let i = 0; i < features.length; i++) mean[i % featureSize]! += features[i]! / count;
  if (!mean.every(Number.isFinite)) {
    throw new ConfigurationError("featureStatistics", [{ path: "features", message: "expected finite numbers" }]);
  }

  const covariance = new Float64Array(featureSize ** 2);
  const centred = new Float64Array(featureSize);
  for (let row = 0; row < count; row++) {
    for (let i = 0; i < featureSize; i++) centred[i] = features[row * featureSize + i]! - mean[i]!;
    for (let i = 0; i < featureSize; i++) {
      for (let j = 0; j <= i; j++) covariance[i * featureSize + j]! += centred[i]! * centred[j]!;
    }
  }
  for (let i = 0; i < featureSize; i++) {
    for (let j = 0; j <= i; j++) {
      covariance[i * featureSize + j]! /= count - 1;
      covariance[j * featureSize + i] = covariance[i * featureSize + j]!;
    }
  }
  return { count, featureSize, mean, covariance };
}
