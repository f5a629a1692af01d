import { checkOptions, having, integer, listOf, number, optional } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import { zeros } from "./initializers/constant.ts";
import { glorot } from "./initializers/glorot.ts";
import { he } from "./initializers/he.ts";
import type { Initializer, Layer } from "./layer.ts";
import { silu } from "./layers/activations.ts";
import { adaptiveGroupNorm } from "./layers/adaptiveGroupNorm.ts";
import { conv2d } from "./layers/conv2d.ts";
import { depthToSpace } from "./layers/depthToSpace.ts";
import { dropout } from "./layers/dropout.ts";
import { groupNorm } from "./layers/groupNorm.ts";
import { noiseFromVelocity } from "./layers/noiseFromVelocity.ts";
import { residual } from "./layers/residual.ts";
import { selfAttention } from "./layers/selfAttention.ts";
import { skip } from "./layers/skip.ts";
import { upsample } from "./layers/upsample.ts";
import type { NetworkFactory } from "./network.ts";
import { requireField } from "./requireField.ts";

export interface UnetOptions {
  /** Channels of every level, the finest first; each level has half the side of the one before. Default [32, 64, 128]. */
  readonly widths?: readonly number[];
  /** Residual blocks of every level on the way down, and on the way up. Default 1. */
  readonly blocks?: number;
  /** Sides of the levels whose blocks are followed by self-attention: `[8]`. Default none. */
  readonly attention?: readonly number[];
  /**
   * Side of the patches of pixels that the finest level works on: 2 makes it a quarter of the work. The noise of a patch has to pass
   * through: where patch² · channels is more than the first width, grain is left in the samples, so large images take
   * another level rather than larger patches. Default 1.
   */
  readonly patch?: number;
  /** Groups of the group norms; divides every width. Default 8. */
  readonly groups?: number;
  /** Share of the channels that a block drops in training. Default 0. */
  readonly dropRate?: number;
  /** What follows every normalisation. Default `silu()`. */
  readonly activation?: Layer;
}

const checks = {
  widths: optional(listOf(integer(), 1)),
  blocks: optional(integer()),
  attention: optional(listOf(integer())),
  patch: optional(integer()),
  groups: optional(integer()),
  dropRate: optional(number({ minimum: 0, below: 1 })),
  activation: optional(having("a layer", "build")),
};

/**
 * The U-Net of denoising diffusion: from noisy samples and their signal rate to the head `noise`, of the samples' shape.
 *
 * Each level has residual blocks (group norm, activation, convolution, twice), of which the second norm is moved by the
 * signal rate α and, where the record has labels, by the class (`adaptiveGroupNorm`). Levels are halved by a convolution
 * of stride 2, doubled by nearest-neighbour upsampling, and joined by `skip`. The last convolution starts at 0, and what it
 * gives is the velocity (`noiseFromVelocity`), so that the first prediction is √(1 − α) x_t.
 *
 * Reads `samples` `[height, width, channels]`, whose sides, in patches, can be halved once less than there are widths, `alpha` `[1]` and,
 * where there are some, `labels`.
 *
 * @throws ConfigurationError for wrong options, and when planned for images of another shape.
 * Reference: Ho, Jain and Abbeel 2020, "Denoising diffusion probabilistic models", appendix B; the modulation: Dhariwal and
 * Nichol 2021, section 3; patches: Hoogeboom, Heek and Salimans 2023, "Simple diffusion", section 3.3.
 * @example
 * ```ts
 * diffusion({ network: unet({ widths: [32, 64, 128], attention: [7] }) });
 * ```
 */
export function unet(options: UnetOptions = {}): NetworkFactory {
  checkOptions("unet", checks, options);
  const { widths = [32, 64, 128], blocks = 1, attention = [], patch = 1, groups = 8, dropRate = 0, activation = silu() } = options;
  const unfit = widths.findIndex((width) => width % groups !== 0);
  if (unfit >= 0) throw new ConfigurationError("unet", [{ path: `widths[${unfit}]`, message: `expected a multiple of the ${groups} groups, got ${widths[unfit]}` }]);
  return {
    spec: { name: "unet", options: { widths: [...widths], blocks, attention: [...attention], patch, groups, dropRate, activation: activation.spec } },
    plan(fields) {
      const { shape } = requireField("unet", fields, "samples");
      requireField("unet", fields, "alpha");
      const divisor = patch * 2 ** (widths.length - 1);
      const [height, width, channels] = shape;
      if (shape.length !== 3 || height! % divisor !== 0 || width! % divisor !== 0) {
        throw new ConfigurationError("unet", [
          { path: "samples", message: `expected images whose sides are multiples of ${divisor}, for ${widths.length} widths and patches of ${patch}, got shape [${shape.join(", ")}]` },
        ]);
      }
      const classes = fields["labels"]?.classes;
      const convolve = (filters: number, kernelInitializer: Initializer = he()): Layer => conv2d({ filters, kernel: 3, stride: 1, kernelInitializer });
      const block = (filters: number): Layer =>
        residual({
          layers: [
            groupNorm({ groups }),
            activation,
            convolve(filters),
            adaptiveGroupNorm({ groups, ...(classes === undefined ? {} : { classes }) }),
            activation,
            ...(dropRate > 0 ? [dropout({ rate: dropRate })] : []),
            convolve(filters, zeros()),
          ],
        });
      const level = (depth: number): readonly Layer[] => {
        const filters = widths[depth]!;
        const attend = attention.includes(height! / patch / 2 ** depth) ? [selfAttention()] : [];
        const side = (): readonly Layer[] => Array.from({ length: blocks }, () => [block(filters), ...attend]).flat();
        const next = widths[depth + 1];
        if (next === undefined) return [...side(), ...side()];
        const inner = [
          conv2d({ filters: next, kernel: 3, stride: 2, kernelInitializer: he() }),
          ...level(depth + 1),
          conv2d({ filters, kernel: 1, stride: 1, kernelInitializer: glorot() }),
          upsample(),
        ];
        return [...side(), skip({ layers: inner }), ...side()];
      };
      return {
        inputs: [{ field: "samples" }],
        trunk: [patch === 1 ? convolve(widths[0]!, glorot()) : conv2d({ filters: widths[0]!, kernel: patch, stride: patch, kernelInitializer: glorot() }), ...level(0)],
        heads: { noise: [groupNorm({ groups }), activation, convolve(patch ** 2 * channels!, zeros()), ...(patch === 1 ? [] : [depthToSpace({ factor: patch })]), noiseFromVelocity()] },
      };
    },
  };
}
