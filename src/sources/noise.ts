import { type Check, checkOptions, integer, number, optional, satisfies, text } from "../configuration/checkOptions.ts";
import type { Json } from "../configuration/spec.ts";
import type { Source } from "../game/source.ts";
import { fold } from "../math/random/fold.ts";
import type { Key } from "../math/random/key.ts";
import { normals } from "../math/random/normals.ts";
import { uniforms } from "../math/random/uniforms.ts";

/** Options of every noise source. */
export interface NoiseOptions<Field extends string = "noise"> {
  /** Name of the field it provides; "noise" unless told. A second source of noise needs a name of its own. */
  readonly field?: Field;
}

export interface UniformOptions<Field extends string = "noise"> extends NoiseOptions<Field> {
  /** Smallest value; −1 unless told. */
  readonly low?: number;
  /** Never reached; 1 unless told. */
  readonly high?: number;
}

export interface TruncatedOptions<Field extends string = "noise"> extends NoiseOptions<Field> {
  /** Largest magnitude, at least 0.01; 2 unless told. */
  readonly truncation?: number;
}

/**
 * Standard normal noise: `z ~ N(0, I)`, shape `[size]`.
 *
 * Like every noise source it is pure in the position: sample *i* is a function of the source's key and *i*, however
 * many are drawn at a time.
 *
 * @throws ConfigurationError where `size` is not an integer > 0
 * @example
 * ```ts
 * trainGAN$({ data: digits({ batchSize: 64 }), noise: gaussian(64), … });
 * ```
 */
export function gaussian<Field extends string = "noise">(size: number, options: NoiseOptions<Field> = {}): Source<Field> {
  checkNoise("gaussian", {}, size, options);
  return noise("gaussian", size, options, {}, (key, first, count) => normals(key, count * size, first * size));
}

/** Uniform noise: every coordinate in `[low, high)`, `[-1, 1)` unless told; shape `[size]`. @throws ConfigurationError */
export function uniform<Field extends string = "noise">(size: number, options: UniformOptions<Field> = {}): Source<Field> {
  const { low = -1, high = 1 } = options;
  const above = satisfies(
    `a number > low (${low})`,
    (value) => typeof value === "number" && Number.isFinite(value) && Math.fround(value) > Math.fround(low),
  );
  checkNoise("uniform", { low: number(), high: above }, size, { ...options, low, high });
  return noise("uniform", size, options, { low, high }, (key, first, count) => uniforms(key, count * size, low, high, first * size));
}

/**
 * Noise uniform on a sphere: `z · √size / ‖z‖` with `z ~ N(0, I)`, shape `[size]`.
 *
 * The radius is √size, so that every coordinate has variance 1, as under `gaussian`.
 *
 * Reference: Karras et al., "Progressive growing of GANs" (2018), appendix A.1 (latents on the hypersphere).
 *
 * @throws ConfigurationError
 */
export function sphere<Field extends string = "noise">(size: number, options: NoiseOptions<Field> = {}): Source<Field> {
  checkNoise("sphere", {}, size, options);
  return noise("sphere", size, options, {}, (key, first, count) => {
    const values = normals(key, count * size, first * size);
    for (let start = 0; start < values.length; start += size) projectToSphere(values.subarray(start, start + size));
    return values;
  });
}

/**
 * Normal noise of which every coordinate with |z| > `truncation` is drawn again; shape `[size]`.
 *
 * What the truncation trick samples from: the smaller the truncation, the more typical and the less varied the samples.
 * A refused coordinate is replaced by the first that fits of a stream of its own, so purity in the position is kept.
 *
 * Reference: Brock, Donahue, Simonyan, "Large scale GAN training" (2019), section 3.1.
 *
 * @throws ConfigurationError
 */
export function truncated<Field extends string = "noise">(size: number, options: TruncatedOptions<Field> = {}): Source<Field> {
  const { truncation = 2 } = options;
  checkNoise("truncated", { truncation: number({ minimum: 0.01 }) }, size, { ...options, truncation });
  return noise("truncated", size, options, { truncation }, (key, first, count) => {
    const values = normals(key, count * size, first * size);
    for (let i = 0; i < values.length; i++) {
      if (Math.abs(values[i]!) > truncation) values[i] = firstWithin(truncation, fold(key, first * size + i));
    }
    return values;
  });
}

function projectToSphere(sample: Float32Array): void {
  let squares = 0;
  for (const value of sample) squares += value * value;
  const radius = Math.sqrt(sample.length);
  // All zeros has a chance of 2⁻³⁰ per coordinate pair, and no direction: any will do.
  if (squares === 0) sample[0] = radius;
  else for (let i = 0; i < sample.length; i++) sample[i] = sample[i]! * (radius / Math.sqrt(squares));
}

function firstWithin(truncation: number, key: Key): number {
  const tries = 8;
  for (let first = 0;; first += tries) {
    const found = normals(key, tries, first).find((value) => Math.abs(value) <= truncation);
    if (found !== undefined) return found;
  }
}

function checkNoise(owner: string, checks: Readonly<Record<string, Check>>, size: number, options: object): void {
  checkOptions(owner, { size: integer(), field: optional(text), ...checks }, { ...options, size });
}

/** `draw` gives the values of samples `first` … `first + count − 1`, row by row. */
function noise<Field extends string>(
  name: string,
  size: number,
  options: NoiseOptions<Field>,
  settings: Readonly<Record<string, Json>>,
  draw: (key: Key, first: number, count: number) => Float32Array,
): Source<Field> {
  const field = (options.field ?? "noise") as Field;
  return {
    spec: { name, options: { size, field, ...settings } },
    provides: [field],
    open: (context) => {
      // By name and field: noise sources that share a key (lockstep) must not be made of the same words.
      const key = fold(context.key, name, field);
      return {
        fields: { [field]: { shape: [size], dtype: "float32" } },
        at: (position, count) => ({ count, fields: { [field]: draw(key, position, count) } }),
      };
    },
  };
}
