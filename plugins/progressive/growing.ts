import {
  boolean, type Check, checkOptions, ConfigurationError, conv2d, dense, equalised, flatten, group, integer, leakyRelu, listOf, minibatchDeviation, oneOf, optional,
  pixelNorm, reshape, type FieldPlans, type Layer, type LayerFactories, type NetworkFactory, type NetworkPair,
} from "../../src/index.ts";
import { growingFeatures } from "./growingFeatures.ts";
import { growingImages } from "./growingImages.ts";

export interface GrowingNetworkOptions {
  /** Channels of the finest feature map; they double with every halving of the side. Default 16. */
  readonly width?: number;
  /** Where the doubling ends. Default 512. */
  readonly maximumWidth?: number;
  /** Channels of every feature map, the finest first, in place of `width` and `maximumWidth`: one for each side down to 4. */
  readonly widths?: readonly number[];
  /** In each block; default 2, the paper's. */
  readonly convolutions?: 1 | 2;
}

export interface GrowingDiscriminatorOptions extends GrowingNetworkOptions {
  /**
   * Minibatch standard deviation before the last convolution. It mixes samples, and penalties on each sample's own gradient
   * (`r1`, `gradientPenalty`) refuse it: say false there. Default true.
   */
  readonly deviation?: boolean;
}

export interface GrowingOptions {
  readonly generator?: GrowingNetworkOptions;
  readonly discriminator?: GrowingDiscriminatorOptions;
}

/** Side of the smallest stage. */
const BASE = 4;
const MAXIMUM = 1024;
const sides = Array.from({ length: Math.log2(MAXIMUM / BASE) + 1 }, (_, i) => BASE * 2 ** i);

const checks: Readonly<Record<string, Check>> = {
  width: optional(integer()),
  maximumWidth: optional(integer()),
  widths: optional(listOf(integer(), 1)),
  convolutions: optional(oneOf(1, 2)),
};

/**
 * Networks that `progressive` grows, for square images of 4, 8, 16 … 1024 pixels: Karras et al.'s, without it fully grown from
 * the first round.
 *
 * The generator: noise on a sphere, a dense layer and a convolution at 4 × 4, then one block for each doubling; pixel norm after
 * every convolution, linear output. The discriminator mirrors it and ends in minibatch deviation, a convolution, a dense layer
 * and the head `logits`. Every layer has an equalised learning rate. No batch norm.
 *
 * @throws ConfigurationError for wrong options, and when planned for images of another shape
 * @example
 * ```ts
 * trainGAN$({ networks: growing({ generator: { width: 8 }, discriminator: { width: 8 } }), plugins: [progressive({ stages })], … });
 * ```
 * Reference: Karras et al. 2018, "Progressive growing of GANs", table 2.
 */
export function growing(options: GrowingOptions = {}): NetworkPair {
  checkOptions("growing", { generator: optional(group(checks)), discriminator: optional(group({ ...checks, deviation: optional(boolean) })) }, options);
  return { generator: growingGenerator(options.generator), discriminator: growingDiscriminator(options.discriminator) };
}

/** The growing layers by kind, for `generate({ layers: growingLayers })` and `networkFromSpec`. */
export const growingLayers: LayerFactories = { growingImages, growingFeatures };

function growingGenerator(options: GrowingNetworkOptions = {}): NetworkFactory {
  const { convolutions = 2 } = options;
  return {
    spec: { name: "growing.generator", options: { ...widthsSpec(options), convolutions } },
    plan(fields) {
      const { side, channels } = expectImages("growing.generator", fields);
      const widths = widthsFor("generator", side, options);
      const first = widths[0]!;
      return {
        inputs: [{ field: "noise", layers: (fields["noise"]?.shape.length ?? 1) === 1 ? [pixelNorm()] : [flatten(), pixelNorm()] }],
        trunk: [
          // A quarter of He's gain, as in the authors' code.
          equalised(dense({ units: BASE * BASE * first }), { gain: Math.SQRT2 / 4 }),
          reshape({ shape: [BASE, BASE, first] }),
          ...[leakyRelu(), pixelNorm()],
          ...[equalised(conv2d({ filters: first, kernel: 3, stride: 1 })), leakyRelu(), pixelNorm()],
        ],
        heads: { samples: [growingImages({ channels, widths, convolutions })] },
      };
    },
  };
}

function growingDiscriminator(options: GrowingDiscriminatorOptions = {}): NetworkFactory {
  const { convolutions = 2, deviation = true } = options;
  return {
    spec: { name: "growing.discriminator", options: { ...widthsSpec(options), convolutions, deviation } },
    plan(fields) {
      const { side } = expectImages("growing.discriminator", fields);
      const widths = widthsFor("discriminator", side, options);
      const first = widths[0]!;
      const trunk: readonly Layer[] = [
        growingFeatures({ widths, convolutions }),
        ...(deviation ? [minibatchDeviation()] : []),
        ...[equalised(conv2d({ filters: first, kernel: 3, stride: 1 })), leakyRelu()],
        ...[flatten(), equalised(dense({ units: first })), leakyRelu()],
      ];
      return { inputs: [{ field: "samples" }], trunk, heads: { logits: [equalised(dense({ units: 1 }), { gain: 1 })] } };
    },
  };
}

/** Channels from the coarsest to the finest. */
function widthsFor(player: string, side: number, { width = 16, maximumWidth = 512, widths }: GrowingNetworkOptions): readonly number[] {
  const count = Math.log2(side / BASE) + 1;
  if (widths !== undefined && widths.length !== count) {
    throw new ConfigurationError("growing", [
      { path: `${player}.widths`, message: `expected ${count} widths, one for each side from ${side} down to ${BASE} pixels, got [${widths.join(", ")}]` },
    ]);
  }
  return (widths ?? Array.from({ length: count }, (_, i) => Math.min(width * 2 ** i, Math.max(width, maximumWidth)))).toReversed();
}

function widthsSpec({ width = 16, maximumWidth = 512, widths }: GrowingNetworkOptions) {
  return widths === undefined ? { width, maximumWidth } : { widths: [...widths] };
}

function expectImages(owner: string, fields: FieldPlans): { readonly side: number; readonly channels: number } {
  const shape = fields["samples"]?.shape ?? [];
  const [height, width, channels] = shape;
  if (shape.length === 3 && height === width && sides.includes(height!)) return { side: height!, channels: channels! };
  throw new ConfigurationError(owner, [
    {
      path: "samples",
      message: `expected square images [side, side, channels] with a side of ${sides.join(", ")} pixels, got shape [${shape.join(", ")}]; pad or resize them, digits({ pad: 32 })`,
    },
  ]);
}
