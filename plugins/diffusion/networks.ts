import { adaptiveGroupNorm, checkOptions, dense, integer, listOf, noiseFromVelocity, optional, silu, sizeOf, reshape, flatten, type NetworkFactory } from "../../src/index.ts";

/**
 * A denoiser of fully connected layers, for points and small images of any shape: from `samples` and `alpha` (and `labels`,
 * where there are some) to the head `noise`.
 *
 * @throws ConfigurationError for wrong options
 */
export function mlpDenoiser(options: { readonly widths?: readonly number[] } = {}): NetworkFactory {
  checkOptions("mlpDenoiser", { widths: optional(listOf(integer(), 1)) }, options);
  const { widths = [128, 128, 128] } = options;
  return {
    spec: { name: "mlpDenoiser", options: { widths: [...widths] } },
    plan(fields) {
      const { shape } = fields["samples"]!;
      const classes = fields["labels"]?.classes;
      const [first, ...rest] = widths as [number, ...number[]];
      return {
        inputs: [shape.length === 1 ? { field: "samples" } : { field: "samples", layers: [flatten()] }],
        // Not normalised before the first activation: how far out a point lies says how noisy it is.
        trunk: [dense({ units: first }), silu(), ...rest.flatMap((units) => [dense({ units }), adaptiveGroupNorm({ groups: 1, ...(classes === undefined ? {} : { classes }) }), silu()])],
        heads: { noise: [dense({ units: sizeOf(shape) }), ...(shape.length === 1 ? [] : [reshape({ shape })]), noiseFromVelocity()] },
      };
    },
  };
}
