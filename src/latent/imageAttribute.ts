import { ConfigurationError } from "../configuration/configurationError.ts";
import { sizeOf, type Shape } from "../math/tensor.ts";
import type { LatentSamples } from "./samplesAt.ts";

/** One image as plain numbers, `[height, width, channels]`, row by row from the upper left. */
export interface PlainImage {
  readonly values: ArrayLike<number>;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Which value is black and which is white. */
  readonly range: readonly [number, number];
}

/** What can be measured of an image and is a matter of degree: several attributes of one image are independent. */
export interface ImageAttribute {
  readonly name: string;
  of(image: PlainImage): number;
  /** From one value to another; their difference unless told (an angle turns the short way round). */
  change?(from: number, to: number): number;
}

/** What an image's subject stands on: black, as digits do, or white, as emoji do. */
export interface BackgroundOptions {
  /** Default `black`. */
  readonly background?: "black" | "white";
}

/** An attribute of each of many images. @throws ConfigurationError where they are no images */
export function attributeValues(attribute: ImageAttribute, { count, shape, range = [-1, 1], values }: LatentSamples): Float64Array {
  const { height, width, channels } = imageShape(shape);
  const size = sizeOf(shape);
  return Float64Array.from({ length: count }, (_, i) =>
    attribute.of({ values: values.subarray(i * size, (i + 1) * size), height, width, channels, range }));
}

/** The change of an attribute from one value to another. */
export function attributeChange({ change }: ImageAttribute, from: number, to: number): number {
  return change === undefined ? to - from : change(from, to);
}

/**
 * How much of each pixel is not background, 0 … 1, row by row: the largest distance of a channel from the background's value.
 */
export function coverage({ values, height, width, channels, range: [low, high] }: PlainImage, background: "black" | "white"): Float64Array {
  const ground = background === "black" ? low : high;
  return Float64Array.from({ length: height * width }, (_, pixel) => {
    let most = 0;
    for (let channel = 0; channel < channels; channel++) most = Math.max(most, Math.abs(values[pixel * channels + channel]! - ground));
    return Math.min(most / (high - low), 1);
  });
}

function imageShape(shape: Shape): { readonly height: number; readonly width: number; readonly channels: number } {
  const [height, width, channels = 1] = shape;
  if (height === undefined || width === undefined || shape.length > 3) {
    throw new ConfigurationError("attributeValues", [{ path: "shape", message: `expected images [height, width, channels], got [${shape.join(", ")}]` }]);
  }
  return { height, width, channels };
}
