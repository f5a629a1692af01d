import { expectLength } from "./latentRows.ts";
import { principalComponents } from "./principalComponents.ts";
import { unit } from "./vectors.ts";

export interface GanspaceDirections {
  /** Of length 1, `[latentSize]` each: the largest principal component's first. */
  readonly directions: readonly Float64Array[];
  /** Standard deviation of the features along each component. */
  readonly deviations: Float64Array;
  /** Share of the features' variance along each. */
  readonly shares: Float64Array;
}

export interface GanspaceInput {
  /** Drawn latents, `[rows, latentSize]`. */
  readonly latents: ArrayLike<number>;
  /** What the generator makes of each at an early layer (`featuresAt`), or anything else: `[rows, featureSize]`. */
  readonly features: ArrayLike<number>;
  /** Latents that were drawn. */
  readonly rows: number;
}

/**
 * GANSpace: directions found without labels. Principal components of the generator's features, carried back to latents by
 * least squares: with x the coordinate of a sample along a component, u minimises Σ ‖z − x u‖², so u = Σ x z / Σ x².
 *
 * @throws ConfigurationError where the counts do not fit, or there are fewer components than asked for
 * Reference: Härkönen et al., "GANSpace" (2020), section 2.2.
 */
export function ganspaceDirections({ latents, features, rows }: GanspaceInput, count: number): GanspaceDirections {
  const [latentSize, featureSize] = [latents.length / rows, features.length / rows];
  expectLength("ganspaceDirections", "latents", latents, Math.round(latentSize) * rows);
  expectLength("ganspaceDirections", "features", features, Math.round(featureSize) * rows);
  const { mean, components, deviations, shares } = principalComponents(features, featureSize, count);
  const directions = components.map((component) => {
    const carried = new Float64Array(latentSize);
    for (let row = 0; row < rows; row++) {
      let coordinate = 0;
      for (let i = 0; i < featureSize; i++) coordinate += (features[row * featureSize + i]! - mean[i]!) * component[i]!;
      for (let i = 0; i < latentSize; i++) carried[i]! += coordinate * latents[row * latentSize + i]!;
    }
    return unit("ganspaceDirections", carried);
  });
  return { directions, deviations, shares };
}
