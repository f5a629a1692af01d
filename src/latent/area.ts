import { type BackgroundOptions, coverage, type ImageAttribute } from "./imageAttribute.ts";

/** Area: the share of the image that is covered, 0 … 1; of a digit, its ink. */
export function area({ background = "black" }: BackgroundOptions = {}): ImageAttribute {
  return {
    name: "area",
    of: (image) => coverage(image, background).reduce((sum, ink) => sum + ink, 0) / (image.height * image.width),
  };
}
