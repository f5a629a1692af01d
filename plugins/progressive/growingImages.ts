import {
  checkOptions, ConfigurationError, conv2d, equalised, integer, layerSpec, leakyRelu, listOf, oneOf, optional, pixelNorm, repeatPixels, resizeConv, text,
  type Layer, type Shape,
} from "../../src/index.ts";
import { growingBlock, grownIn, parametersOf, type GrowingBlock } from "./growingBlock.ts";
import { blend } from "./pixels.ts";

export interface GrowingImagesOptions {
  /** Channels of the images. */
  readonly channels: number;
  /** Channels of the feature maps from the coarsest (the input's own) to the finest; each but the first doubles the side. */
  readonly widths: readonly number[];
  /** In each block; default 2, the paper's. */
  readonly convolutions?: 1 | 2;
  readonly name?: string;
}

/**
 * The growing half of a generator: from a feature map to images of a side that grows during training. Every block doubles the
 * side (nearest neighbour) and convolves; each side has a layer of its own to pixel values, linear. During a fade the output is
 * (1 − α) · up(pixels of the old side) + α · pixels of the new one. It is enlarged to the final side, so that its shape never
 * changes. Only the blocks up to the current side are computed.
 *
 * Shapes: `[batch, base, base, widths[0]]` to `[batch, S, S, channels]`, S = base · 2^(widths − 1).
 *
 * Reads the settings `progressive/side` and `progressive/alpha`; without them it is fully grown.
 *
 * @throws ConfigurationError for wrong options, and when built on anything but a square image of widths[0] channels
 * Reference: Karras et al. 2018, "Progressive growing of GANs", figure 2 and table 2.
 */
export function growingImages(options: GrowingImagesOptions): Layer {
  checkOptions("growingImages", { channels: integer(), widths: listOf(integer(), 1), convolutions: optional(oneOf(1, 2)), name: optional(text) }, options);
  const { channels, widths, convolutions = 2 } = options;
  return {
    ...layerSpec("growingImages", { channels, widths: [...widths], convolutions }, options.name),
    build(input) {
      const base = expectSquare(input, widths[0]!);
      const full = base * 2 ** (widths.length - 1);
      const blocks = new Map<number, GrowingBlock>();
      const pixels = new Map<number, GrowingBlock>();
      widths.forEach((filters, i) => {
        const side = base * 2 ** i;
        if (i > 0) blocks.set(side, growingBlock(`block${side}`, blockLayers(filters, convolutions), [side / 2, side / 2, widths[i - 1]!]));
        pixels.set(side, growingBlock(`pixels${side}`, [equalised(conv2d({ filters: channels, kernel: 1, stride: 1 }), { gain: 1 })], [side, side, filters]));
      });
      return {
        output: [full, full, channels],
        parameters: parametersOf([...blocks.values(), ...pixels.values()]),
        apply(x, context) {
          const { side, alpha } = grownIn(context, full);
          let features = x;
          let before = x;
          for (let at = base * 2; at <= side; at *= 2) {
            before = features;
            features = blocks.get(at)!.apply(features, context);
          }
          const young = pixels.get(side)!.apply(features, context);
          const isFading = alpha < 1 && side > base;
          const shown = isFading ? blend(repeatPixels(pixels.get(side / 2)!.apply(before, context), 2), young, alpha) : young;
          return repeatPixels(shown, full / side);
        },
      };
    },
  };
}

function blockLayers(filters: number, convolutions: number): readonly Layer[] {
  const second = [equalised(conv2d({ filters, kernel: 3, stride: 1 })), leakyRelu(), pixelNorm()];
  return [equalised(resizeConv({ filters, kernel: 3 })), leakyRelu(), pixelNorm(), ...(convolutions === 2 ? second : [])];
}

function expectSquare(input: Shape, channels: number): number {
  const [height, width, got] = input;
  if (input.length === 3 && height === width && got === channels) return height!;
  throw new ConfigurationError("growingImages", [
    { path: "widths", message: `expected a square feature map [side, side, ${channels}] as input, since widths begin with ${channels}, got shape [${input.join(", ")}]` },
  ]);
}
