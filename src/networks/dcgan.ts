import { boolean, type Check, checkOptions, group, having, integer, listOf, oneOf, optional, show } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import type { Json } from "../configuration/spec.ts";
import { dcganSides, type DcganSides } from "./dcganSides.ts";
import { normal } from "./initializers/normal.ts";
import type { Layer } from "./layer.ts";
import { leakyRelu, relu } from "./layers/activations.ts";
import { batchNorm } from "./layers/batchNorm.ts";
import { conv2d } from "./layers/conv2d.ts";
import { conv2dTranspose } from "./layers/conv2dTranspose.ts";
import { dense } from "./layers/dense.ts";
import { flatten } from "./layers/flatten.ts";
import { reshape } from "./layers/reshape.ts";
import { resizeConv } from "./layers/resizeConv.ts";
import type { NetworkFactory } from "./network.ts";
import type { NetworkPair } from "./networkPair.ts";
import { outputActivation } from "./outputActivation.ts";
import { requireField } from "./requireField.ts";

export interface DcganNetworkOptions {
  /** Channels of the finest hidden feature map; they double with every halving of the side. Default 32. */
  readonly width?: number;
  /** Where the doubling ends. Default 512. */
  readonly maximumWidth?: number;
  /**
   * Channels of every hidden feature map, the finest first, in place of `width` and `maximumWidth`. The generator has one
   * for each doubling of its side; a discriminator may have more, each halving the side once more (7, 4, 2, 1).
   */
  readonly widths?: readonly number[];
  /** Side of the kernels in pixels. Default 4; 3 in a generator that resizes. */
  readonly kernel?: number;
  /** What follows every hidden layer. Default ReLU in the generator, leaky ReLU of slope 0.2 in the discriminator. */
  readonly activation?: Layer;
  /** Batch norm at DCGAN's places, or none (a discriminator under a gradient penalty). Default true. */
  readonly batchNorm?: boolean;
}

export interface DcganGeneratorOptions extends DcganNetworkOptions {
  /** Transposed convolutions, DCGAN's own, or nearest-neighbour upsampling with a convolution, which leaves no checkerboard in colours. Default `"transposed"`. */
  readonly upsampling?: "transposed" | "resize";
}

export interface DcganOptions {
  readonly generator?: DcganGeneratorOptions;
  readonly discriminator?: DcganNetworkOptions;
}

const checks: Readonly<Record<string, Check>> = {
  width: optional(integer()),
  maximumWidth: optional(integer()),
  widths: optional(listOf(integer(), 1)),
  kernel: optional(integer(2)),
  activation: optional(having("a layer", "build")),
  batchNorm: optional(boolean),
};

/**
 * The deep convolutional GAN, for square images of 28 pixels or a power of two from 2 to 128, with any number of channels.
 *
 * The generator projects `noise` to a small feature map (7 x 7 for 28 pixels, else 4 x 4) and doubles its side with every
 * layer up to the head `samples`, ended by tanh where the data lie in [-1, 1]. The discriminator is its mirror image and
 * ends in the head `logits`, shape `[1]`. By the paper's rules there is no pooling and no hidden dense layer, batch norm
 * stands everywhere but after the generator's output and the discriminator's first layer, and kernels start from
 * N(0, 0.02²).
 *
 * @throws ConfigurationError for wrong options, and when planned for images of another shape.
 * @example
 * ```ts
 * dcgan({ generator: { width: 64 }, discriminator: { width: 64, activation: leakyRelu({ slope: 0.1 }) } });
 * ```
 * Reference: Radford, Metz and Chintala 2016, section 3 and figure 1.
 */
export function dcgan(options: DcganOptions = {}): NetworkPair {
  const upsampling = optional(oneOf("transposed", "resize"));
  checkOptions("dcgan", { generator: optional(group({ ...checks, upsampling })), discriminator: optional(group(checks)) }, options);
  return { generator: dcganGenerator(options.generator), discriminator: dcganDiscriminator(options.discriminator) };
}

function dcganGenerator(options: DcganGeneratorOptions = {}): NetworkFactory {
  const { upsampling = "transposed", width = 32, maximumWidth = 512, activation = relu(), batchNorm: hasBatchNorm = true } = options;
  const { kernel = upsampling === "resize" ? 3 : 4 } = options;
  const enlarge = (filters: number, bias: boolean): Layer =>
    upsampling === "resize" ? resizeConv({ filters, kernel, bias }) : conv2dTranspose({ filters, kernel, bias });
  const finish = (): readonly Layer[] => (hasBatchNorm ? [normalise(), activation] : [activation]);
  return {
    spec: { name: "dcgan.generator", options: describe({ ...widthsOf(options), kernel, upsampling, batchNorm: hasBatchNorm }, activation) },
    plan(fields) {
      const samples = requireField("dcgan.generator", fields, "samples");
      const noise = requireField("dcgan.generator", fields, "noise");
      const { base, stages, channels } = dcganSides("dcgan.generator", samples.shape);
      const channelsOfMaps = options.widths ?? doubling({ width, maximumWidth, stages });
      if (channelsOfMaps.length !== stages) {
        throw new ConfigurationError("dcgan", [
          { path: "generator.widths", message: `expected ${stages} widths, one for each doubling from ${base} pixels, got ${show(channelsOfMaps)}` },
        ]);
      }
      const [first, ...rest] = channelsOfMaps.toReversed() as [number, ...number[]];
      return {
        inputs: [noise.shape.length === 1 ? { field: "noise" } : { field: "noise", layers: [flatten()] }],
        trunk: [
          dense({ units: base * base * first, bias: !hasBatchNorm, kernelInitializer: normal() }),
          reshape({ shape: [base, base, first] }),
          ...finish(),
          ...rest.flatMap((filters) => [enlarge(filters, !hasBatchNorm), ...finish()]),
        ],
        heads: { samples: [enlarge(channels, true), ...outputActivation(samples)] },
      };
    },
  };
}

function dcganDiscriminator(options: DcganNetworkOptions = {}): NetworkFactory {
  const { width = 32, maximumWidth = 512, kernel = 4, activation = leakyRelu(), batchNorm: hasBatchNorm = true } = options;
  return {
    spec: { name: "dcgan.discriminator", options: describe({ ...widthsOf(options), kernel, batchNorm: hasBatchNorm }, activation) },
    plan(fields) {
      const { stages } = dcganSides("dcgan.discriminator", requireField("dcgan.discriminator", fields, "samples").shape);
      return {
        inputs: [{ field: "samples" }],
        trunk: (options.widths ?? doubling({ width, maximumWidth, stages })).flatMap((filters, index) =>
          hasBatchNorm && index > 0
            ? [conv2d({ filters, kernel, bias: false }), normalise(), activation]
            : [conv2d({ filters, kernel }), activation],
        ),
        heads: { logits: [flatten(), dense({ units: 1, kernelInitializer: normal() })] },
      };
    },
  };
}

/** Channels of the hidden feature maps from the finest to the coarsest, where they double. */
function doubling({ width, maximumWidth, stages }: { width: number; maximumWidth: number } & Pick<DcganSides, "stages">): readonly number[] {
  return Array.from({ length: stages }, (_, stage) => Math.min(width * 2 ** stage, Math.max(width, maximumWidth)));
}

function widthsOf({ width = 32, maximumWidth = 512, widths }: DcganNetworkOptions): { readonly [key: string]: Json } {
  return widths === undefined ? { width, maximumWidth } : { widths: [...widths] };
}

/** Batch norm as DCGAN starts it: scales from N(1, 0.02²). */
function normalise(): Layer {
  return batchNorm({ gammaInitializer: normal({ mean: 1 }) });
}

function describe(options: { readonly [key: string]: Json }, activation: Layer): { readonly [key: string]: Json } {
  return { ...options, activation: activation.spec };
}
