import { checkOptions, integer, number, satisfies } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import { sizeOf, type Shape } from "../math/tensor.ts";

export interface StructuralSimilarityOptions {
  /** Of both images: `[height, width, channels]`. */
  readonly shape: Shape;
  /** Values of black and white. Default [-1, 1]. */
  readonly range?: readonly [number, number];
  /** Scales, 1 to 5. Default as many as the shorter side allows: 1 below 22 pixels, 2 below 44 (so of MNIST), 5 from 176 on. */
  readonly scales?: number;
}

/** The exponents of the five scales, the finest first. */
const exponents = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333] as const;
const WINDOW = 11;
const SIGMA = 1.5;

/**
 * Multi-scale structural similarity of two images, 1 of equal ones and about 0 of unrelated ones:
 *
 * MS-SSIM = l_M^(w_M) · ∏ⱼ₌₁ᴹ cs_j^(w_j), each scale half as large as the one before (means of 2 x 2 pixels),
 *
 * l = (2 μ_x μ_y + C₁) / (μ_x² + μ_y² + C₁) and cs = (2 σ_xy + C₂) / (σ_x² + σ_y² + C₂) under a Gaussian window of 11 pixels
 * (σ = 1.5) wherever it fits, C₁ = (0.01 L)², C₂ = (0.03 L)², L the range; averaged over places, then over channels.
 *
 * **Small images.** The published measure has five scales and needs 176 pixels: on the fifth the window must still fit. Here
 * the first M scales that fit are taken, with the published exponents divided by their sum; of 28 pixels two (28 and 14). So
 * figures are to be compared with figures of the same size of image only. A mean cs below 0 counts as 0.
 *
 * @throws ConfigurationError for images smaller than the window, of different length, or more scales than fit
 * Reference: Wang, Simoncelli and Bovik 2003, section 3.2; the constants are of Wang et al. 2004.
 */
export function structuralSimilarity(first: ArrayLike<number>, second: ArrayLike<number>, options: StructuralSimilarityOptions): number {
  const { shape, range: [low, high], scales } = settled(options);
  const [height, width, channels] = shape as [number, number, number];
  for (const [path, image] of [["first", first], ["second", second]] as const) {
    if (image.length !== sizeOf(shape)) {
      throw new ConfigurationError("structuralSimilarity", [
        { path, message: `expected ${sizeOf(shape)} values (shape [${shape.join(", ")}]), got ${image.length}` },
      ]);
    }
  }
  const weights = exponents.slice(0, scales);
  const sum = weights.reduce((a, b) => a + b, 0);
  const [c1, c2] = [(0.01 * (high - low)) ** 2, (0.03 * (high - low)) ** 2];
  let similarity = 0;
  for (let channel = 0; channel < channels; channel++) {
    let [x, y] = [plane(first, channel, channels, low), plane(second, channel, channels, low)];
    let [rows, columns] = [height, width];
    let product = 1;
    weights.forEach((weight, scale) => {
      const isLast = scale === scales - 1;
      product *= Math.max(meanSimilarity(x, y, rows, columns, c1, c2, isLast), 0) ** (weight / sum);
      if (isLast) return;
      [x, y] = [halved(x, rows, columns), halved(y, rows, columns)];
      [rows, columns] = [rows >> 1, columns >> 1];
    });
    similarity += product / channels;
  }
  return similarity;
}

/** Scales whose windows fit into an image, 5 at most. */
function scalesOf([height = 0, width = 0]: Shape): number {
  return exponents.filter((_, scale) => Math.min(height, width) >> scale >= WINDOW).length;
}

function settled(options: StructuralSimilarityOptions): Required<StructuralSimilarityOptions> {
  const { shape, range = [-1, 1] } = options;
  checkOptions("structuralSimilarity", {
    shape: satisfies(`[height, width, channels] of at least ${WINDOW} pixels a side`, (value) =>
      Array.isArray(value) && value.length === 3 && scalesOf(value) > 0),
    low: number(),
    high: number({ above: range[0] }),
    scales: satisfies(`an integer from 1 to ${scalesOf(shape)}`, (value) => value === undefined || (integer().problems(value, "").length === 0 && (value as number) <= scalesOf(shape))),
  }, { shape, low: range[0], high: range[1], scales: options.scales ?? scalesOf(shape) });
  return { shape, range, scales: options.scales ?? scalesOf(shape) };
}

/** One channel, counted from black. */
function plane(image: ArrayLike<number>, channel: number, channels: number, low: number): Float64Array {
  return Float64Array.from({ length: image.length / channels }, (_, i) => image[i * channels + channel]! - low);
}

function halved(image: Float64Array, height: number, width: number): Float64Array {
  const half = new Float64Array((height >> 1) * (width >> 1));
  for (let y = 0; y < height >> 1; y++) {
    for (let x = 0; x < width >> 1; x++) {
      const at = 2 * y * width + 2 * x;
      half[y * (width >> 1) + x] = (image[at]! + image[at + 1]! + image[at + width]! + image[at + width + 1]!) / 4;
    }
  }
  return half;
}

/** The mean of cs, or of l · cs on the last scale. */
function meanSimilarity(x: Float64Array, y: Float64Array, height: number, width: number, c1: number, c2: number, withLuminance: boolean): number {
  const smooth = (image: Float64Array): Float64Array => filtered(image, height, width);
  const [meanX, meanY] = [smooth(x), smooth(y)];
  const [squareX, squareY, product] = [smooth(x.map((value) => value * value)), smooth(y.map((value) => value * value)), smooth(x.map((value, i) => value * y[i]!))];
  let sum = 0;
  for (let i = 0; i < meanX.length; i++) {
    const [mx, my] = [meanX[i]!, meanY[i]!];
    const contrast = (2 * (product[i]! - mx * my) + c2) / (squareX[i]! - mx * mx + squareY[i]! - my * my + c2);
    sum += withLuminance ? (contrast * (2 * mx * my + c1)) / (mx * mx + my * my + c1) : contrast;
  }
  return sum / meanX.length;
}

const kernel = gaussianWindow();

function gaussianWindow(): Float64Array {
  const values = Float64Array.from({ length: WINDOW }, (_, i) => Math.exp(-((i - (WINDOW - 1) / 2) ** 2) / (2 * SIGMA ** 2)));
  const sum = values.reduce((a, b) => a + b, 0);
  return values.map((value) => value / sum);
}

/** Under the window wherever it fits: rows, then columns. */
function filtered(image: Float64Array, height: number, width: number): Float64Array {
  const [rows, columns] = [height - WINDOW + 1, width - WINDOW + 1];
  const across = new Float64Array(height * columns);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < columns; x++) {
      let sum = 0;
      for (let i = 0; i < WINDOW; i++) sum += kernel[i]! * image[y * width + x + i]!;
      across[y * columns + x] = sum;
    }
  }
  const found = new Float64Array(rows * columns);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      let sum = 0;
      for (let i = 0; i < WINDOW; i++) sum += kernel[i]! * across[(y + i) * columns + x]!;
      found[y * columns + x] = sum;
    }
  }
  return found;
}
