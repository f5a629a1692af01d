import { checkOptions, integer, optional, text } from "../../configuration/checkOptions.ts";
import { repeatPixels } from "../../math/repeatPixels.ts";
import type { Layer } from "../layer.ts";
import { expectImage } from "./expectShape.ts";
import { layerSpec } from "./layerSpec.ts";

export interface UpsampleOptions {
  /** How many times larger the image becomes. Default 2. */
  readonly factor?: number;
  readonly name?: string;
}

/**
 * Nearest-neighbour upsampling: every pixel becomes `factor` × `factor` of them.
 *
 * Shapes: `[batch, height, width, channels]` to `[batch, height · factor, width · factor, channels]`.
 *
 * @throws ConfigurationError for wrong options, and when built on anything but an image.
 */
export function upsample(options: UpsampleOptions = {}): Layer {
  checkOptions("upsample", { factor: optional(integer()), name: optional(text) }, options);
  const { factor = 2 } = options;
  return {
    ...layerSpec("upsample", { factor }, options.name),
    build(input) {
      const [height, width, channels] = expectImage("upsample", input);
      return { output: [height * factor, width * factor, channels], apply: (x) => repeatPixels(x, factor) };
    },
  };
}
