import {
  checkOptions, ConfigurationError, conv2d, equalised, integer, layerSpec, leakyRelu, listOf, oneOf, optional, text, type Layer, type Shape,
} from "../../src/index.ts";
import { growingBlock, grownIn, parametersOf, type GrowingBlock } from "./growingBlock.ts";
import { blend, shrink } from "./pixels.ts";

export interface GrowingFeaturesOptions {
  /** Channels of the feature maps from the coarsest (the output's) to the finest; each but the first halves the side. */
  readonly widths: readonly number[];
  /** In each block; default 2, the paper's. */
  readonly convolutions?: 1 | 2;
  readonly name?: string;
}

/**
 * The growing half of a discriminator, the mirror image of `growingImages`: the images are averaged down to the current side,
 * read by that side's own layer from pixel values, and convolved and halved block by block. During a fade the first block's
 * output is (1 − α) · the old side's reading of the halved image + α · its own. Only the blocks from the current side on are
 * computed.
 *
 * Shapes: `[batch, S, S, channels]` to `[batch, base, base, widths[0]]`, S = base · 2^(widths − 1).
 *
 * Reads the settings `progressive/side` and `progressive/alpha`; without them it is fully grown.
 *
 * @throws ConfigurationError for wrong options, and when built on anything but a square image whose side can be halved so often
 * Reference: Karras et al. 2018, "Progressive growing of GANs", figure 2 and table 2.
 */
export function growingFeatures(options: GrowingFeaturesOptions): Layer {
  checkOptions("growingFeatures", { widths: listOf(integer(), 1), convolutions: optional(oneOf(1, 2)), name: optional(text) }, options);
  const { widths, convolutions = 2 } = options;
  return {
    ...layerSpec("growingFeatures", { widths: [...widths], convolutions }, options.name),
    build(input) {
      const [full, channels] = expectHalving(input, widths.length - 1);
      const base = full / 2 ** (widths.length - 1);
      const blocks = new Map<number, GrowingBlock>();
      const readers = new Map<number, GrowingBlock>();
      widths.forEach((filters, i) => {
        const side = base * 2 ** i;
        readers.set(side, growingBlock(`reader${side}`, [equalised(conv2d({ filters, kernel: 1, stride: 1 })), leakyRelu()], [side, side, channels]));
        if (i > 0) blocks.set(side, growingBlock(`block${side}`, blockLayers(filters, widths[i - 1]!, convolutions), [side, side, filters]));
      });
      return {
        output: [base, base, widths[0]!],
        parameters: parametersOf([...blocks.values(), ...readers.values()]),
        apply(x, context) {
          const { side, alpha } = grownIn(context, full);
          const images = shrink(x, full / side);
          let features = readers.get(side)!.apply(images, context);
          for (let at = side; at > base; at /= 2) {
            features = shrink(blocks.get(at)!.apply(features, context), 2);
            if (at === side && alpha < 1) features = blend(readers.get(at / 2)!.apply(shrink(images, 2), context), features, alpha);
          }
          return features;
        },
      };
    },
  };
}

function blockLayers(filters: number, next: number, convolutions: number): readonly Layer[] {
  const first = [equalised(conv2d({ filters, kernel: 3, stride: 1 })), leakyRelu()];
  return [...(convolutions === 2 ? first : []), equalised(conv2d({ filters: next, kernel: 3, stride: 1 })), leakyRelu()];
}

function expectHalving(input: Shape, times: number): readonly [side: number, channels: number] {
  const [height, width, channels] = input;
  if (input.length === 3 && height === width && height! % 2 ** times === 0) return [height!, channels!];
  throw new ConfigurationError("growingFeatures", [
    { path: "widths", message: `expected square images whose side can be halved ${times} times, once for each width but the first, got shape [${input.join(", ")}]` },
  ]);
}
