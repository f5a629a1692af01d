import { checkOptions, integer, number, optional, satisfies } from "../configuration/checkOptions.ts";
import { fold, rootKey } from "../math/random/fold.ts";
import { normals } from "../math/random/normals.ts";
import { cosineSchedule } from "../math/schedules/cosineSchedule.ts";
import { scheduledAt } from "../math/schedules/schedule.ts";
import { sizeOf, type Tensor, tf, type Tensors } from "../math/tensor.ts";
import { adam } from "../networks/optimizers/adam.ts";
import { countOfRows, expectLength } from "./latentRows.ts";
import type { LatentModel } from "./latentModel.ts";

export interface InvertOptions {
  /** Updates of each start. Default 200. */
  readonly steps?: number;
  /** Starts of each image, each a draw of N(0, I); the best is kept. Default 4. */
  readonly restarts?: number;
  /** Adam's rate at the first step; it falls to 0 along a cosine. Default 0.1. */
  readonly learningRate?: number;
  /** Weight of mean z², which keeps z where N(0, I) lies. Default 0. */
  readonly prior?: number;
  /** Features `[batch, n]` of images `[batch, …shape]` in which they are compared, too: a judge's. Differentiable. */
  readonly features?: (images: Tensor) => Tensor;
  /** Weight of the mean squared difference of features. Default 1. */
  readonly featureWeight?: number;
  /** Where the first start of each image lies, `[count, latentSize]`, in place of a draw: an encoder's answer. */
  readonly start?: ArrayLike<number>;
  /** Starts on the device at once. Default 64. */
  readonly batchSize?: number;
  /** Default 0. */
  readonly seed?: number;
}

export interface Inversion {
  readonly count: number;
  /** z* of each image, `[count, latentSize]`. */
  readonly latents: Float32Array;
  /** Mean squared difference of pixels between G(z*) and each image. */
  readonly errors: Float64Array;
  /** The whole loss of each image: of the start that was kept. */
  readonly losses: Float64Array;
}

const checks = {
  steps: optional(integer()),
  restarts: optional(integer()),
  learningRate: optional(number({ above: 0 })),
  prior: optional(number({ minimum: 0 })),
  features: optional(satisfies("a function of images", (value) => typeof value === "function")),
  featureWeight: optional(number({ minimum: 0 })),
  start: optional(satisfies("a list of numbers", (value) => Array.isArray(value) || ArrayBuffer.isView(value))),
  batchSize: optional(integer()),
  seed: optional(satisfies("a safe integer >= 0", (value) => Number.isSafeInteger(value) && (value as number) >= 0)),
};

/**
 * The latents of given images: z* = argmin mean (G(z) − x)² + featureWeight · mean (f(G(z)) − f(x))² + prior · mean z².
 *
 * The loss has many minima, so that each image is tried from several starts; all are moved at once by Adam, each by its own
 * gradient. Where a start lies depends on the seed, the image's place and the start's number, not on the batches.
 *
 * @param images `[count, …shape]` row by row, in the model's range
 * @throws ConfigurationError for wrong options and where the images do not fit the model
 * @throws RangeError where no start of an image ends in a finite loss
 * @example
 * ```ts
 * const { latents, errors } = await invert(generator, testDigits, { restarts: 8, prior: 1e-3 });
 * ```
 * Reference: Zhu et al., "Generative visual manipulation on the natural image manifold" (2016), section 3.1; Creswell and
 * Bharath, "Inverting the generator of a generative adversarial network" (2016).
 */
export async function invert(model: LatentModel, images: ArrayLike<number>, options: InvertOptions = {}): Promise<Inversion> {
  checkOptions("invert", checks, options);
  const { restarts = 4, batchSize = 64, seed = 0, start } = options;
  const { latentSize } = model;
  const imageSize = sizeOf(model.shape);
  const count = countOfRows("invert", "images", images, imageSize);
  if (start !== undefined) expectLength("invert", "start", start, count * latentSize);
  const beginning = (image: number, restart: number): ArrayLike<number> =>
    start !== undefined && restart === 0
      ? Array.from({ length: latentSize }, (_, i) => start[image * latentSize + i]!)
      : normals(fold(rootKey(seed), "invert", image, restart), latentSize);

  const found = { count, latents: new Float32Array(count * latentSize), errors: new Float64Array(count), losses: new Float64Array(count).fill(Infinity) };
  const attempts = Array.from({ length: count * restarts }, (_, i) => ({ image: Math.floor(i / restarts), restart: i % restarts }));
  for (let first = 0; first < attempts.length; first += batchSize) {
    const some = attempts.slice(first, first + batchSize);
    const z = new Float32Array(some.length * latentSize);
    const x = new Float32Array(some.length * imageSize);
    some.forEach(({ image, restart }, row) => {
      z.set(beginning(image, restart), row * latentSize);
      for (let i = 0; i < imageSize; i++) x[row * imageSize + i] = images[image * imageSize + i]!;
    });
    const descended = await descend(model, z, x, options);
    some.forEach(({ image }, row) => {
      if (!(descended.losses[row]! < found.losses[image]!)) return;
      found.losses[image] = descended.losses[row]!;
      found.errors[image] = descended.errors[row]!;
      found.latents.set(descended.latents.subarray(row * latentSize, (row + 1) * latentSize), image * latentSize);
    });
  }
  const lost = found.losses.indexOf(Infinity);
  if (lost >= 0) throw new RangeError(`invert: no start of image ${lost} ended in a finite loss; expected finite images, or a smaller learningRate`);
  return found;
}

/** Updates between two waits for the device, so that it is not sent more than it can hold. */
const STEPS_AT_ONCE = 20;

interface Descended {
  readonly latents: Float32Array;
  readonly losses: Float32Array;
  readonly errors: Float32Array;
}

/** Moves a batch of starts, each towards its own image. */
async function descend(model: LatentModel, starts: Float32Array, images: Float32Array, options: InvertOptions): Promise<Descended> {
  const { steps = 200, learningRate = 0.1, prior = 0, features, featureWeight = 1 } = options;
  const rows = starts.length / model.latentSize;
  const optimizer = adam({ learningRate: cosineSchedule({ from: learningRate, to: 0, rounds: steps }), beta1: 0.9 });
  const target = tf.tensor(images, [rows, ...model.shape]);
  const targetFeatures = features === undefined ? undefined : tf.tidy(() => features(target));
  /** Of each row: the loss, and the difference of pixels in it. */
  const judged = (z: Tensor): { readonly losses: Tensor; readonly errors: Tensor } => {
    const made = model.generate(z);
    const errors = meanSquare(tf.sub(made, target));
    const parts = [
      errors,
      ...(prior === 0 ? [] : [tf.mul(meanSquare(z), prior)]),
      ...(features === undefined ? [] : [tf.mul(meanSquare(tf.sub(features(made), targetFeatures!)), featureWeight)]),
    ];
    return { losses: parts.reduce((sum, part) => tf.add(sum, part)), errors };
  };
  const gradientOf = tf.grad((z: Tensor) => tf.sum(judged(z).losses));

  let state: { readonly z: Tensor; readonly slots: Tensors } = tf.tidy(() => ({
    z: tf.tensor2d(starts, [rows, model.latentSize]),
    slots: { m: tf.zeros([rows, model.latentSize]), v: tf.zeros([rows, model.latentSize]) },
  }));
  try {
    for (let step = 1; step <= steps; step++) {
      const rate = scheduledAt(optimizer.learningRate, step - 1);
      const before = state;
      state = tf.tidy(() => {
        const { parameter, slots } = optimizer.update({ parameter: before.z, gradient: gradientOf(before.z), slots: before.slots, step, rate });
        return { z: parameter, slots };
      });
      tf.dispose(before);
      if (step % STEPS_AT_ONCE === 0) await state.z.data();
    }
    const end = tf.tidy(() => judged(state.z));
    try {
      const [latents, losses, errors] = await Promise.all([state.z.data(), end.losses.data(), end.errors.data()]);
      return { latents, losses, errors } as Descended;
    } finally {
      tf.dispose(end);
    }
  } finally {
    tf.dispose([state, target, ...(targetFeatures === undefined ? [] : [targetFeatures])]);
  }
}

/** Of each row, over all that is not the batch. */
function meanSquare(values: Tensor): Tensor {
  return tf.mean(tf.square(tf.reshape(values, [values.shape[0]!, -1])), 1);
}
