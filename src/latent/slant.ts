import { type BackgroundOptions, coverage, type ImageAttribute } from "./imageAttribute.ts";

/**
 * Slant: how many pixels a stroke leans to the right for each pixel upwards, `−μ₁₁ / μ₀₂` of the image's central moments
 * (y downwards). Of an image sheared by s it is larger by s exactly; 0 of an empty one.
 *
 * The measure by which MNIST was deslanted: LeCun et al. 1998, section III.A.
 */
export function slant({ background = "black" }: BackgroundOptions = {}): ImageAttribute {
  return {
    name: "slant",
    of(image) {
      const ink = coverage(image, background);
      const { width } = image;
      let [total, meanX, meanY] = [0, 0, 0];
      ink.forEach((share, pixel) => {
        total += share;
        meanX += share * (pixel % width);
        meanY += share * Math.floor(pixel / width);
      });
      if (total === 0) return 0;
      [meanX, meanY] = [meanX / total, meanY / total];
      let [mixed, vertical] = [0, 0];
      ink.forEach((share, pixel) => {
        const [x, y] = [(pixel % width) - meanX, Math.floor(pixel / width) - meanY];
        mixed += share * x * y;
        vertical += share * y * y;
      });
      return vertical === 0 ? 0 : -mixed / vertical;
    },
  };
}
