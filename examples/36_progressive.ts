/**
 * Progressive growing: both players begin on pictures of 4 × 4 pixels and get a block for twice the side at every stage, which
 * fades in. Digits, or emoji: a small set, so the discriminator sees them under DiffAugment. 32 × 32 pixels, or 64 × 64.
 *
 *     bun examples/36_progressive.ts
 *     deno run -A examples/36_progressive.ts --data emoji --side 64 --directory runs/emoji64
 *
 * Ctrl-C stops after the round being played and saves; the same command goes on from there, inside a fade too.
 */
import { join } from "node:path";
import process from "node:process";
import { fromEvent, lastValueFrom, map, merge, take } from "rxjs";
import {
  adam, diffAugment, digits, emoji, folder, gaussian, generate, jsonLines, nonSaturating, on, progressBar, r1, sampleGrid, trainGAN$, writeGrid, type Command,
} from "saddlepoint";
import { growing, growingLayers, growthAt, progressive, type Stage } from "saddlepoint/plugins/progressive";
import { failed, readOptions } from "./commandLine.ts";

const { data, side, rounds, directory, backend, seed } = readOptions(
  { rounds: 2000, directory: "runs/progressive" },
  { data: ["digits", "emoji"], side: ["32", "64"] },
);
const isEmoji = data === "emoji";
const size = Number(side);

// Small pictures are cheap, so the first stages may be long. The last one goes on to the end.
const all: readonly Stage[] = [
  { side: 4, hold: 200 },
  { side: 8, fade: 150, hold: 150 },
  { side: 16, fade: 150, hold: 150 },
  { side: 32, fade: 200, hold: 400 },
  { side: 64, fade: 300, hold: 400 },
];
const stages = all.filter((stage) => stage.side <= size);
// Channels of the maps from the finest to those of 4 × 4 pixels.
const widths = size === 64 ? [8, 16, 32, 48, 64] : [8, 16, 32, 64];

const stop$ = merge(...["SIGINT", "SIGTERM"].map((signal) => fromEvent(process, signal))).pipe(take(1), map((): Command => ({ _tag: "Stop" })));

const events$ = trainGAN$({
  data: isEmoji ? emoji({ styles: ["noto"], size, batchSize: 32 }) : digits({ batchSize: 32, pad: size }),
  noise: gaussian(32),
  // Minibatch deviation mixes samples, which R1 does not allow.
  networks: growing({ generator: { widths, convolutions: 1 }, discriminator: { widths, convolutions: 1, deviation: false } }),
  objective: nonSaturating(),
  optimizers: adam({ learningRate: 2e-3, beta1: 0, beta2: 0.99 }),
  plugins: [
    ...(isEmoji ? [diffAugment({ policies: ["translation", "cutout"] })] : []),
    r1({ gamma: 2, every: 8 }),
    progressive({ stages }),
  ],
  averaging: { halfLife: 50 },
  samples: { every: 100, count: 64 },
  checkpoints: folder(directory, { every: 250, keep: 1 }),
  control$: stop$,
  rounds,
  seed,
  backend,
});

const end = await lastValueFrom(
  events$.pipe(sampleGrid(directory), jsonLines(join(directory, "events.jsonl")), progressBar(), on("RunCompleted")),
).catch(failed);

// A checkpoint knows how far its players have grown; it must be told what the layers are.
const picture = join(directory, "generated.png");
await writeGrid(picture, await generate({ checkpoint: directory, count: 100, seed: 7, backend, layers: growingLayers }), { columns: 10 });
const { side: grown, alpha } = growthAt(end.round - 1, stages);
console.log(`
${end.reason === "stopped" ? "Stopped" : "Finished"} after ${end.round} rounds at ${grown} × ${grown} pixels${alpha < 1 ? `, ${Math.round(100 * alpha)} % faded in` : ""}.
${picture} holds 100 pictures of the last checkpoint; samples-*.png show how they grew.`);
