/**
 * A run that is judged while it trains: every 250 rounds its digits are compared with real ones, each score beside what real
 * digits score in their place; the best checkpoint by the Fréchet distance is kept; a watch tells of collapse, and the run
 * ends by itself when it has not become better for four measurements.
 *
 *     bun examples/21_judged.ts
 *     deno run -A examples/21_judged.ts --rounds 10000
 */
import { join } from "node:path";
import { lastValueFrom, Subject, tap } from "rxjs";
import {
  adam, classCoverageMetric, dcgan, densityCoverageMetric, digitClassifier, digits, drawFrom, folder, frechetMetric, gaussian, generate, nonSaturating, on, progressBar,
  stopEarly, trainGAN$, watchCollapse, withFloor, writeGrid, writePlot, type Command, type Measured, type ReferenceSamples, type TrainingEvent,
} from "saddlepoint";
import { failed, readOptions } from "./commandLine.ts";

const { rounds, directory, backend, seed } = readOptions({ rounds: 2500, directory: "runs/judged" });
const isTrial = rounds < 100;
const count = isTrial ? 100 : 1000;

// What is generated is compared with test digits in a classifier's features; as many others say what is to be had at best.
const network = await digitClassifier();
const { fields } = await drawFrom(digits({ batchSize: 100, split: "test" }), 2 * count, { seed: 1 });
const part = (name: string, first: number): ReferenceSamples => ({ name, count, shape: [28, 28, 1], values: fields.samples.slice(first * 784, (first + count) * 784) as Float32Array });
const [reference, others] = [part("test digits", 0), part("other test digits", count)];

const control$ = new Subject<Command>();
const events$ = trainGAN$({
  data: digits({ batchSize: 32 }),
  noise: gaussian(16),
  networks: dcgan({ generator: { widths: [24, 48] }, discriminator: { widths: [12, 24, 48, 96] } }),
  objective: nonSaturating(),
  optimizers: { generator: adam({ learningRate: 2e-3, beta1: 0.5 }), discriminator: adam({ learningRate: 1e-3, beta1: 0.5 }) },
  averaging: { halfLife: 100 },
  measurements: {
    every: isTrial ? 1 : 250,
    count,
    metrics: [frechetMetric({ network, reference }), densityCoverageMetric({ network, reference }), classCoverageMetric({ network })].map((metric) => withFloor(metric, others)),
  },
  samples: { every: isTrial ? 1 : 250, count: 100 },
  checkpoints: folder(directory, { every: 250, keep: 1, best: { metric: "frechet", mode: "min" } }),
  control$,
  rounds,
  seed,
  backend,
});

const measured: Measured[] = [];
const keep = (event: TrainingEvent): void => {
  if (event._tag === "Measured") measured.push(event);
};
const end = await lastValueFrom(
  events$.pipe(watchCollapse({ classes: network }), stopEarly({ metric: "frechet", patience: 4, control$ }), tap(keep), progressBar(), on("RunCompleted")),
).catch(failed);

// Both curves end at 1 where generated digits cannot be told from real ones by so few.
const series = ["frechet", "coverage"].map((name) => ({
  label: name === "frechet" ? "Frechet distance over its floor" : "coverage over that of real digits",
  x: measured.map(({ round }) => round),
  y: measured.map(({ scores }) => scores.find((score) => score.name === name)!).map(({ value, floor }) => value / floor!),
}));
await writePlot(join(directory, "scores.png"), { title: "judged while it trains", series });
await writeGrid(join(directory, "best.png"), await generate({ checkpoint: join(directory, "best.json"), count: 100, backend, seed }), { columns: 10 });

const last = measured.at(-1)!;
console.log(`\n${end.reason === "stopped" ? "Stopped" : "Finished"} after ${end.round} rounds; measuring took ${(100 * last.share).toFixed(1)} % of the time. The last scores, of ${last.count} digits:`);
for (const { name, value, floor } of last.scores) console.log(`  ${name.padEnd(15)} ${value.toFixed(3)}   of real digits ${floor!.toFixed(3)}`);
console.log(`In ${directory}: scores.png (round by round), best.png (100 digits of the best checkpoint).`);
