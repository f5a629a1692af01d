import { type BackgroundOptions, coverage, type ImageAttribute } from "./imageAttribute.ts";

/**
 * Stroke width in pixels: the short side of the rectangle that has the image's area A and perimeter P,
 * `w = (P/2 − √(P²/4 − 4A)) / 2`. A stroke is such a rectangle, bent. Of a shape rounder than any rectangle, P / 4.
 *
 * The perimeter is the total variation of the coverage, with the gradient taken between four pixels; half-covered pixels
 * at an edge count as they should. Corners make it a little short. 0 of an empty image.
 */
export function strokeWidth({ background = "black" }: BackgroundOptions = {}): ImageAttribute {
  return {
    name: "stroke width",
    of(image) {
      const { height, width } = image;
      const ink = coverage(image, background);
      const at = (x: number, y: number): number => (x < 0 || y < 0 || x >= width || y >= height ? 0 : ink[y * width + x]!);
      const covered = ink.reduce((sum, share) => sum + share, 0);
      let perimeter = 0;
      for (let y = -1; y < height; y++) {
        for (let x = -1; x < width; x++) {
          const [a, b, c, d] = [at(x, y), at(x + 1, y), at(x, y + 1), at(x + 1, y + 1)];
          perimeter += Math.hypot((b - a + d - c) / 2, (c - a + d - b) / 2);
        }
      }
      return (perimeter / 2 - Math.sqrt(Math.max(perimeter ** 2 / 4 - 4 * covered, 0))) / 2;
    },
  };
}
