import { checkOptions, integer, optional } from "../configuration/checkOptions.ts";
import { type Shape, sizeOf, type Tensor, tf } from "../math/tensor.ts";
import { countOfRows } from "./latentRows.ts";
import type { LatentModel } from "./latentModel.ts";

export interface SamplesAtOptions {
  /** Samples on the device at once. Default 64. */
  readonly batchSize?: number;
}

/** Samples as plain numbers; `writeGrid` makes a picture of them. */
export interface LatentSamples {
  readonly count: number;
  readonly shape: Shape;
  readonly range?: readonly [number, number];
  readonly values: Float32Array;
}

/**
 * What a model makes of latents: `[count, latentSize]` to samples, in batches on the device that is open.
 *
 * @throws ConfigurationError where there is no whole number of latents
 */
export async function samplesAt(model: LatentModel, latents: ArrayLike<number>, options: SamplesAtOptions = {}): Promise<LatentSamples> {
  const { shape, range } = model;
  const { count, values } = await mapLatents("samplesAt", latents, model.latentSize, options, (z) => model.generate(z));
  return { count, shape, ...(range === undefined ? {} : { range }), values };
}

/**
 * The features a model has of latents, `[count, featureSize]`, row by row: what `ganspaceDirections` reads.
 *
 * @throws ConfigurationError where there is no whole number of latents
 */
export async function featuresAt(
  model: { readonly latentSize: number; features(latents: Tensor): Tensor },
  latents: ArrayLike<number>,
  options: SamplesAtOptions = {},
): Promise<Float32Array> {
  return (await mapLatents("featuresAt", latents, model.latentSize, options, (z) => model.features(z))).values;
}

async function mapLatents(
  owner: string,
  latents: ArrayLike<number>,
  size: number,
  options: SamplesAtOptions,
  map: (latents: Tensor) => Tensor,
): Promise<{ readonly count: number; readonly values: Float32Array }> {
  checkOptions(owner, { batchSize: optional(integer()) }, options);
  const { batchSize = 64 } = options;
  const count = countOfRows(owner, "latents", latents, size);
  const plain = latents instanceof Float32Array ? latents : Float32Array.from(latents);
  let values: Float32Array | undefined;
  for (let first = 0; first < count; first += batchSize) {
    const last = Math.min(first + batchSize, count);
    const made = tf.tidy(() => map(tf.tensor2d(plain.subarray(first * size, last * size), [last - first, size])));
    try {
      const length = sizeOf(made.shape.slice(1));
      values ??= new Float32Array(count * length);
      values.set(await made.data(), first * length);
    } finally {
      made.dispose();
    }
  }
  return { count, values: values! };
}
