import {
  adam, classCoverage, cosineSchedule, dcgan, digitClassifier, digits, folder, gaussian, generate, judgeSamples, nonSaturating, trainGAN$,
  type AnyPlugin, type FeatureNetwork, type GanPair, type Generated, type GivenFields, type JudgedSamples, type Measured, type MeasureEveryOptions, type NetworkPair,
  type Objective, type Optimizer, type Source,
} from "../../../src/index.ts";
import type { Bench } from "./table.ts";

/** What a row of a table of digits changes in the common recipe. */
export interface DigitRun {
  readonly rounds: number;
  readonly seed: number;
  readonly plugins: readonly AnyPlugin[];
  readonly data?: Source;
  readonly networks?: NetworkPair;
  readonly objective?: Objective;
  /** Learning rates the schedule starts from, and the rest; the recipe's unless told. */
  readonly adam?: { readonly generator: number; readonly discriminator: number; readonly beta1?: number; readonly beta2?: number };
  readonly optimizers?: GanPair<Optimizer>;
  readonly discriminatorTurns?: number;
  readonly measurements?: MeasureEveryOptions;
}

/** A trained generator, and what was measured while it trained. */
export interface PlayedDigits {
  /** Samples of the averaged weights, unless told. */
  sample(count: number, given?: GivenFields, weights?: "raw" | "averaged"): Promise<Generated>;
  /** A loss or measure: its mean over the last 200 rounds. */
  metric(name: string): number;
  /** What was measured while it trained. After a resume, of the part since. */
  readonly measured: readonly Measured[];
}

/** In words, for the tables. */
export const digitRecipe =
  "MNIST at 28 x 28, batches of 32, DCGAN with widths 24-48 (generator) and 12-24-48-96 (discriminator), z of 16 numbers, " +
  "non-saturating loss, Adam 2e-3 and 1e-3, falling to a tenth along a cosine (β₁ 0.5); samples from averaged weights (half-life 100 rounds), judged by digitClassifier.";

/** Plays the recipe of the quick start with a row's plugins, going on from the job's checkpoint. */
export async function playDigits(bench: Bench, run: DigitRun): Promise<PlayedDigits> {
  const { rounds, seed, plugins, data = digits({ batchSize: 32 }), networks, objective = nonSaturating(), discriminatorTurns, measurements } = run;
  const { generator, discriminator, beta1 = 0.5, beta2 = 0.999 } = run.adam ?? { generator: 2e-3, discriminator: 1e-3 };
  const checkpoint = `${bench.folder}/checkpoints`;
  const falling = (from: number): Optimizer => adam({ learningRate: cosineSchedule({ from, to: from / 10, rounds }), beta1, beta2 });
  const training = trainGAN$({
    data,
    noise: gaussian(16),
    networks: networks ?? dcgan({ generator: { widths: [24, 48] }, discriminator: { widths: [12, 24, 48, 96] } }),
    objective,
    optimizers: run.optimizers ?? { generator: falling(generator), discriminator: falling(discriminator) },
    averaging: { halfLife: 100 },
    plugins,
    ...(discriminatorTurns === undefined ? {} : { discriminatorTurns }),
    ...(measurements === undefined ? {} : { measurements }),
    checkpoints: folder(checkpoint, { every: 250, keep: 1 }),
    backend: bench.backend,
    rounds,
    seed,
  });
  const last: Readonly<Record<string, number>>[] = [];
  const measured: Measured[] = [];
  for await (const event of training) {
    if (event._tag === "RoundPlayed" && event.round > rounds - 200) last.push(event.metrics);
    if (event._tag === "Measured") measured.push(event);
  }
  await training.closed;
  return {
    sample: (count, given = {}, weights = "averaged") => generate({ checkpoint, count, given, weights, backend: bench.backend, seed: 1 }),
    metric: (name) => last.reduce((sum, metrics) => sum + (metrics[name] ?? Number.NaN), 0) / last.length,
    measured,
  };
}

/** The class a judge sees in each sample, with all else it says. */
export async function judged(
  values: Float32Array,
  judge: () => Promise<FeatureNetwork> = digitClassifier,
): Promise<JudgedSamples & { readonly predictions: Int32Array; readonly meanConfidence: number }> {
  const said = await judgeSamples(await judge(), values);
  const { predictions, meanConfidence } = classCoverage(said);
  return { ...said, predictions, meanConfidence };
}

/** Share of the samples that are of the class they were asked to be, by the judge's word. */
export function agreement(asked: ArrayLike<number>, predictions: ArrayLike<number>): number {
  return Array.from(predictions).filter((prediction, i) => prediction === asked[i]).length / predictions.length;
}

/** The ten digits, to be asked for in turn. */
export const tenDigits = Array.from({ length: 10 }, (_, digit) => digit);

/** The first of many samples, for a picture. */
export function first(count: number, samples: Generated): Generated {
  return { ...samples, count, values: samples.values.subarray(0, (samples.values.length / samples.count) * count) };
}
