/**
 * Handwritten digits: a DCGAN on MNIST, with pictures, a log and checkpoints.
 *
 *     npm start                               or: bun start, deno task start
 *     npm start -- --rounds 10000             plays on from the last checkpoint
 *
 * Ctrl-C stops after the round being played and saves; the same command goes on from there. A second Ctrl-C ends at once.
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { fromEvent, lastValueFrom, map, merge, take, timer } from "rxjs";
import {
  adam, dcgan, digits, folder, gaussian, jsonLines, nonSaturating, on, progressBar, sampleGrid, trainGAN$, type Command,
} from "saddlepoint";
import { failed, readOptions } from "./commandLine.ts";

// The recipe: everything that shapes training. A checkpoint can only be resumed under the recipe it was made with.
const recipe = {
  // Small batches and maps: on two CPU cores more rounds teach more than larger ones do.
  data: digits({ batchSize: 32 }),
  noise: gaussian(16),
  networks: dcgan({ generator: { widths: [24, 48] }, discriminator: { widths: [12, 24, 48, 96] } }),
  objective: nonSaturating(),
  optimizers: {
    generator: adam({ learningRate: 2e-3, beta1: 0.5 }),
    discriminator: adam({ learningRate: 1e-3, beta1: 0.5 }),
  },
  averaging: { halfLife: 100 },
} as const;
const usual = { rounds: 2500, directory: "runs/digits" };

const { rounds, directory, backend, seed } = readOptions(usual);

// What the run is told from outside. Only the first signal is listened to: a second one does what it always does.
const signals$ = merge(...["SIGINT", "SIGTERM", "SIGHUP"].map((signal) => fromEvent(process, signal)));
const stop$ = signals$.pipe(take(1), map((): Command => ({ _tag: "Stop" })));
const firstPicture$ = timer(30_000).pipe(map((): Command => ({ _tag: "DrawSamples" })));

const events$ = trainGAN$({
  ...recipe,
  samples: { every: 250 },
  checkpoints: folder(directory, { every: 250, keep: 3 }),
  control$: merge(stop$, firstPicture$),
  rounds,
  seed,
  backend,
});

// Sinks write down what happens and pass it on. When the last event is here, all files are there.
const end = await lastValueFrom(
  events$.pipe(sampleGrid(directory), jsonLines(join(directory, "events.jsonl")), progressBar(), on("RunCompleted")),
).catch(failed);

const pictures = (await readdir(directory)).filter((name) => name.startsWith("samples-")).sort();
const next = end.reason === "stopped" ? rounds : 2 * end.round;
const where = directory === usual.directory ? "" : ` --directory ${directory}`;
console.log(`
${end.reason === "stopped" ? "Stopped" : "Finished"} after ${end.round} rounds. In ${directory}:
  ${(pictures.at(-1) ?? "samples-*.png").padEnd(20)}  ${pictures.length === 0 ? "no picture yet" : `the newest of ${pictures.length} pictures`}
  events.jsonl          losses and all else that happened, one JSON object a line
  round-${String(end.round).padStart(6, "0")}.json     the newest checkpoint

To go on:    npm start -- --rounds ${next}${where}
To sample:   await writeGrid("digits.png", await generate({ checkpoint: "${directory}", count: 100, seed: 7 }));`);
