import { readFileSync } from "node:fs";
import { lastValueFrom } from "rxjs";
import {
  adam, digitClassifier, digits, discriminatorStep, drawFrom, folder, frechetMetric, gan, gaussian, generate, generatorStep, jsonLines, measureEvery, nonSaturating,
  rankCorrelation, rmsprop, trainUnordered$, wasserstein, weightClipping, writeGrid, writePlot, type AnyPlugin, type GanPair, type Objective, type Optimizer, type Schedule, type TrainingEvent,
} from "../../../src/index.ts";
import { withoutBatchNorm } from "./digits.ts";
import type { Bench, Job, Measured, Table } from "./table.ts";

const seeds = [1, 2, 3];
const ROUNDS = 1_600;
/** Points of the run at which samples are judged; what the losses say is a mean of the rounds before each. */
const POINTS = 16;
/** Rounds in which the critic moves 25 times. */
const CRITIC_AHEAD = 25;
/** What comes before is warm-up: samples are still one grey blob, which a clipped critic hardly tells from digits. */
const HEARD_FROM = ROUNDS / 4;

interface Row {
  readonly objective: Objective;
  readonly optimizers: Optimizer | GanPair<Optimizer>;
  readonly plugins: readonly AnyPlugin[];
  readonly times: Schedule | number;
  /** What is to tell the quality of samples, of a round's losses. */
  estimate(metrics: Readonly<Record<string, number>>): number;
}

const criticTurns: Schedule = {
  spec: { name: "criticTurns", options: { rounds: CRITIC_AHEAD, first: 25, then: 5 } },
  at: (index) => (index < CRITIC_AHEAD ? 25 : 5),
};

const rows: Readonly<Record<string, Row>> = {
  "WGAN, the critic's estimate": {
    objective: wasserstein(),
    // Slow enough for the critic to keep up: its estimate means something as far as it is the best there is.
    optimizers: { generator: rmsprop({ learningRate: 3e-4 }), discriminator: rmsprop({ learningRate: 1e-3 }) },
    plugins: [weightClipping({ limit: 0.05 })],
    times: criticTurns,
    // The critic lowers E D(G(z)) − E D(x).
    estimate: (metrics) => -metrics["loss/discriminator"]!,
  },
  "non-saturating, the generator's loss": {
    objective: nonSaturating(),
    optimizers: adam({ learningRate: 2e-4, beta1: 0.5 }),
    plugins: [],
    times: 1,
    estimate: (metrics) => metrics["loss/generator"]!,
  },
};

async function play(row: string, seed: number, bench: Bench, rounds: number): Promise<Measured> {
  const { objective, optimizers, plugins, times } = rows[row]!;
  const every = Math.floor(rounds / POINTS);
  const { fields } = await drawFrom(digits({ batchSize: 64, split: "test" }), 2_000);
  const reference = { name: "test digits", count: 2_000, shape: [28, 28, 1], values: fields.samples as Float32Array };
  const training = trainUnordered$(
    gan({
      data: digits({ batchSize: 32 }),
      noise: gaussian(16),
      networks: withoutBatchNorm,
      objective,
      optimizers,
      checkpoints: folder(`${bench.folder}/checkpoints`, { every, keep: 1 }),
      readEvery: every,
      backend: bench.backend,
      rounds,
      seed,
    }),
    [
      ...plugins,
      discriminatorStep({ times }),
      generatorStep(),
      measureEvery({ every, count: 1_000, metrics: [frechetMetric({ network: await digitClassifier(), reference })], share: false }),
    ],
  );
  const log = `${bench.folder}/events.jsonl`;
  await lastValueFrom(training.pipe(jsonLines(log)));
  await training.closed;
  const curve = curveOf(row, log, every);
  if (seed === 1) await draw(row, curve, bench);
  const { estimates, distances } = curve;
  return {
    rho: rankCorrelation(estimates, distances),
    points: distances.length,
    firstDistance: distances[0]!,
    lastDistance: distances.at(-1)!,
    firstEstimate: estimates[0]!,
    lastEstimate: estimates.at(-1)!,
  };
}

interface Curve {
  readonly rounds: readonly number[];
  readonly estimates: readonly number[];
  readonly distances: readonly number[];
}

/** Estimate and distance at every point after the warm-up; from the log, since a job may have been interrupted. */
function curveOf(row: string, log: string, every: number): Curve {
  const events = readFileSync(log, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line) as TrainingEvent);
  const played = new Map(events.flatMap((event) => (event._tag === "RoundPlayed" ? [[event.round, rows[row]!.estimate(event.metrics)] as const] : [])));
  const points = events.flatMap((event) => (event._tag === "Measured" && event.round > HEARD_FROM ? [event] : []));
  const around = (round: number): number => {
    const before = Array.from({ length: Math.ceil(every / 2) }, (_, i) => played.get(round - i)!);
    return before.reduce((sum, value) => sum + value, 0) / before.length;
  };
  return {
    rounds: points.map(({ round }) => round),
    estimates: points.map(({ round }) => around(round)),
    distances: points.map(({ scores }) => scores[0]!.value),
  };
}

/** Both curves, each as a share of its own largest value, and the digits of the end. */
async function draw(row: string, { rounds, estimates, distances }: Curve, bench: Bench): Promise<void> {
  const name = row.replaceAll(/\W+/g, "-");
  const share = (values: readonly number[]): readonly number[] => values.map((value) => value / Math.max(...values.map(Math.abs)));
  await writePlot(bench.picture(`${name}-curves`), {
    title: "as a share of the largest",
    series: [
      { x: rounds, y: share(distances), label: "Frechet distance" },
      { x: rounds, y: share(estimates), label: row },
    ],
  });
  const digitsDrawn = await generate({ checkpoint: `${bench.folder}/checkpoints`, count: 60, seed: 1, backend: bench.backend });
  await writeGrid(bench.picture(`${name}-samples`), digitsDrawn, { columns: 12, scale: 1 });
}

export const wassersteinEstimate: Table = {
  name: "wasserstein",
  title: "What a loss says of the samples: WGAN's critic and the non-saturating loss",
  about:
    "MNIST, DCGAN with widths 24-48 (generator) and 12-24-48-96 (critic, without batch norm), batches of 32, z of 16 numbers. WGAN: |w| ≤ 0.05, RMSprop 3e-4 and, for the critic, 1e-3, five critic turns a round, 25 in each of the first " +
    `${CRITIC_AHEAD} rounds. The control: non-saturating loss, Adam 2e-4 (β₁ 0.5). At ${POINTS} points of a run 1,000 samples are judged by their Fréchet distance in digitClassifier's features ` +
    "from 2,000 test digits, beside the mean loss of the rounds before (half of those since the last point); the first quarter of the run is warm-up and left out. ρ is Spearman's rank correlation of the two within one run, " +
    "which has one clip value (asked: above 0.7 for the critic's estimate E D(x) − E D(G(z))). A loss that tells the quality of samples has a ρ near 1.",
  msPerRound: 60,
  columns: [
    { figure: "rho", heading: "ρ", digits: 2 },
    { figure: "points", heading: "points", digits: 0 },
    { figure: "firstDistance", heading: "Fréchet distance, first", digits: 1 },
    { figure: "lastDistance", heading: "last", digits: 1 },
    { figure: "firstEstimate", heading: "loss or estimate, first", digits: 3 },
    { figure: "lastEstimate", heading: "last", digits: 3 },
  ],
  jobs: Object.keys(rows).flatMap((row) => seeds.map((seed): Job => ({ row, seed, rounds: ROUNDS, run: (bench) => play(row, seed, bench, ROUNDS) }))),
};
