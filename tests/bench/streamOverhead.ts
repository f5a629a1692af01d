/**
 * What the stream costs: the same GAN step in a loop written by hand and in `train$`, interleaved in one run.
 *
 *   bun tests/bench/streamOverhead.ts [--backend wasm] [--workload mlp|dcgan] [--pairs 9]
 *
 * Prints one JSON line per workload: median milliseconds a round of both, and the median of the pairs' ratios.
 */
import { parseArgs } from "node:util";
import { openDevice } from "../../src/backends/openDevice.ts";
import type { BackendChoice } from "../../src/backends/device.ts";
import { gan } from "../../src/game/gan.ts";
import type { Game } from "../../src/game/game.ts";
import { nonSaturating } from "../../src/math/objectives/nonSaturating.ts";
import { tf, type Tensor } from "../../src/math/tensor.ts";
import { dcgan } from "../../src/networks/dcgan.ts";
import { mlp } from "../../src/networks/mlp.ts";
import { adam } from "../../src/networks/optimizers/adam.ts";
import { digits } from "../../src/sources/digits.ts";
import { mixture } from "../../src/sources/mixture.ts";
import { gaussian } from "../../src/sources/noise.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { train$ } from "../../src/train.ts";
import { plainLoop } from "./plainLoop.ts";

const READ_EVERY = 10;
const { values: options } = parseArgs({
  options: { backend: { type: "string", default: "auto" }, workload: { type: "string" }, pairs: { type: "string", default: "9" } },
});
const backend = options.backend as BackendChoice;
const shared = { objective: nonSaturating(), optimizers: adam({ learningRate: 2e-4, beta1: 0.5 }), backend, readEvery: READ_EVERY };
const widths = [128, 128, 128];
const workloads: Readonly<Record<string, { readonly rounds: number; game(rounds: number): Game<"samples" | "labels"> }>> = {
  mlp: {
    rounds: 60,
    game: (rounds) => gan({ ...shared, data: mixture("ring", { batchSize: 256 }), noise: gaussian(8), networks: mlp({ generator: { widths }, discriminator: { widths } }), rounds }),
  },
  dcgan: {
    rounds: 10,
    game: (rounds) => gan({ ...shared, data: digits({ batchSize: 64 }), noise: gaussian(64), networks: dcgan(), rounds }),
  },
};

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;

/** Milliseconds a round of `train$` between the second read and the last: start-up is not the stream's cost. */
async function streamed(game: Game<"samples" | "labels">): Promise<number> {
  let startedAt = 0;
  let endedAt = 0;
  const training = train$(game, discriminatorStep(), generatorStep());
  for await (const event of training) {
    if (event._tag !== "RoundPlayed") continue;
    if (event.round === READ_EVERY) startedAt = performance.now();
    endedAt = performance.now();
  }
  await training.closed;
  return (endedAt - startedAt) / (game.rounds - READ_EVERY);
}

async function byHand(game: Game<"samples" | "labels">): Promise<number> {
  const loop = await plainLoop(game);
  const play = async (rounds: number): Promise<void> => {
    const losses: Tensor[] = [];
    for (let round = 0; round < rounds; round++) losses.push(loop.step());
    await tf.tidy(() => tf.concat(losses)).data();
    tf.dispose(losses);
  };
  await play(READ_EVERY);
  const startedAt = performance.now();
  for (let done = READ_EVERY; done < game.rounds; done += READ_EVERY) await play(READ_EVERY);
  const elapsed = performance.now() - startedAt;
  loop.dispose();
  return elapsed / (game.rounds - READ_EVERY);
}

const device = await openDevice(backend);
for (const [name, { rounds, game }] of Object.entries(workloads)) {
  if (options.workload !== undefined && options.workload !== name) continue;
  const hand: number[] = [];
  const stream: number[] = [];
  const measured = game(rounds + READ_EVERY);
  await streamed(measured);
  await byHand(measured);
  for (let pair = 0; pair < Number(options.pairs); pair++) {
    // Who goes first alternates: what warms up or throttles the machine then favours neither.
    if (pair % 2 === 0) hand.push(await byHand(measured));
    stream.push(await streamed(measured));
    if (pair % 2 === 1) hand.push(await byHand(measured));
  }
  const ratios = stream.map((milliseconds, pair) => milliseconds / hand[pair]!);
  const { runtime, backend: on, adapter = "" } = device.description;
  console.log(JSON.stringify({
    bench: "streamOverhead", workload: name, runtime, backend: on, adapter,
    handMs: Number(median(hand).toFixed(3)), streamMs: Number(median(stream).toFixed(3)),
    ratio: Number(median(ratios).toFixed(3)), ratios: ratios.map((ratio) => Number(ratio.toFixed(3))),
  }));
}
await device.close();
