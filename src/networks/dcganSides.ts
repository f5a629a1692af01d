import { show } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import type { Shape } from "../math/tensor.ts";

/** How an image's side is reached by doubling: side = base · 2^stages. */
export interface DcganSides {
  readonly base: number;
  readonly stages: number;
  readonly channels: number;
}

/** 7 · 4 = 28; powers of two from a base of 4 pixels where they are large enough, else from half their side. */
const sides: Readonly<Record<number, Pick<DcganSides, "base" | "stages">>> = {
  2: { base: 1, stages: 1 },
  4: { base: 2, stages: 1 },
  8: { base: 4, stages: 1 },
  16: { base: 4, stages: 2 },
  28: { base: 7, stages: 2 },
  32: { base: 4, stages: 3 },
  64: { base: 4, stages: 4 },
  128: { base: 4, stages: 5 },
};

/** @throws ConfigurationError for an image that is not square or whose side is not among the supported ones. */
export function dcganSides(owner: string, shape: Shape): DcganSides {
  const [height, width, channels] = shape;
  const found = height === width ? sides[height ?? 0] : undefined;
  if (shape.length === 3 && found !== undefined) return { ...found, channels: channels! };
  throw new ConfigurationError(owner, [
    {
      path: "samples",
      message:
        `expected square images [side, side, channels] with a side of ${Object.keys(sides).join(", ")} pixels, got shape ${show(shape)}; ` +
        "resize them, or use mlp() for anything else",
    },
  ]);
}
