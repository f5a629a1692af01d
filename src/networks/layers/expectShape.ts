import { ConfigurationError } from "../../configuration/configurationError.ts";
import { show } from "../../configuration/checkOptions.ts";
import type { Shape } from "../../math/tensor.ts";

/** The length of a vector input. @throws ConfigurationError for any other shape. */
export function expectVector(owner: string, input: Shape): number {
  if (input.length === 1) return input[0]!;
  throw new ConfigurationError(owner, [{ path: "", message: `expected a vector [n], got shape ${show(input)}; put flatten() before it` }]);
}

/** Height, width and channels of an image input. @throws ConfigurationError for any other shape. */
export function expectImage(owner: string, input: Shape): readonly [number, number, number] {
  if (input.length === 3) return [input[0]!, input[1]!, input[2]!];
  throw new ConfigurationError(owner, [
    { path: "", message: `expected an image [height, width, channels], got shape ${show(input)}; put reshape({ shape }) before it` },
  ]);
}

/** The channels of a vector or an image: the last extent of either. @throws ConfigurationError for any other shape. */
export function expectChannels(owner: string, input: Shape): number {
  if (input.length === 1 || input.length === 3) return input.at(-1)!;
  throw new ConfigurationError(owner, [{ path: "", message: `expected a vector [n] or an image [height, width, n], got shape ${show(input)}` }]);
}

/** The extents before the channels, which layers from `input` to `output` keep. @throws ConfigurationError where they do not. */
export function expectSameExtents(owner: string, input: Shape, output: Shape): Shape {
  const extents = input.slice(0, -1);
  if (input.length > 0 && output.length === input.length && output.slice(0, -1).join() === extents.join()) return extents;
  const message = `expected layers from ${show(input)} to [${[...extents, "n"].join(", ")}], got layers to ${show(output)}`;
  throw new ConfigurationError(owner, [{ path: "layers", message }]);
}
