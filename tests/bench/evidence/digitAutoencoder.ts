/** The set-up the rows of the table of adversarial autoencoders share. */
import {
  adam, autoencoder, autoencoding, averageWeights, bernoulli, cosineSchedule, digits, discriminatorStep, drawFrom, folder, generate, r1, rescaled, step, trainUnordered$,
  type AnyPlugin, type Game, type Generated, type Source,
} from "../../../src/index.ts";
import type { Bench } from "./table.ts";

export const CLASSES = 10;
/** How often each digit occurs in the training set. */
export const frequencies = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949];
export const data = digits({ batchSize: 100 });
const test = digits({ batchSize: 100, split: "test", shuffle: false });

export function gameOf(codes: number, seed: number, { folder: own, backend }: Bench, rounds: number, rate = 1e-3): Game<"samples" | "labels" | "codes"> {
  return autoencoding({
    data: rescaled(data, [0, 1]),
    networks: autoencoder({ codes, encoder: { widths: [256, 128] }, decoder: { widths: [128, 256] } }),
    likelihood: bernoulli(),
    optimizer: adam({ learningRate: falling(rate, rounds) }),
    checkpoints: folder(`${own}/checkpoints`, { every: 1_000, keep: 1 }),
    readEvery: 100,
    backend,
    rounds,
    seed,
  });
}

export const falling = (from: number, rounds: number) => cosineSchedule({ from, to: from / 20, rounds });
export const regularising = (rounds: number, rate = 1e-3) => adam({ learningRate: falling(rate, rounds), beta1: 0.5 });
export const optimizers = (rounds: number, encoder = 1e-3, discriminator = 1e-3) => ({ discriminator: regularising(rounds, discriminator), encoder: regularising(rounds, encoder) });
export const phases = [step("reconstruction"), discriminatorStep(), step("regularisation")] as const;
/** At full rates encoder and discriminator circle each other; the penalty helps them to settle as the rates fall. */
export const steadied = [r1({ gamma: 1 }), ...phases] as const;
export const averaged = ["encoder", "decoder"].map((network) => averageWeights({ network, halfLife: 150 }));

export async function play(game: Game, plugins: readonly AnyPlugin[]): Promise<void> {
  const training = trainUnordered$(game, plugins);
  for await (const _ of training);
  await training.closed;
}

export const inUnit = rescaled(test, [0, 1]);
/** Shuffled: in the file the two hands alternate, and few writers wrote the first thousands. */
export const trained = rescaled(data, [0, 1]);

/** A head of the encoder for all test digits, or for others. */
export function encodedDigits(checkpoint: string, backend: Bench["backend"], head = "codes", source: Source = inUnit, count = 10_000): Promise<Generated> {
  return generate({ checkpoint, network: "encoder", head, count, backend, sources: { data: source } });
}

export const labelsOfTest = async (): Promise<Int32Array> => (await drawFrom(inUnit, 10_000)).fields.labels as Int32Array;

/** Greys in [0, 1] as the judge reads them, in [−1, 1]. */
export function inInk(values: Float32Array): Float32Array {
  return values.map((value) => 2 * value - 1);
}
