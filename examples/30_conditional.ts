/**
 * A conditional GAN: digits that are asked for, or emoji by category. One column of each picture is one class.
 *
 *     bun examples/30_conditional.ts
 *     deno run -A examples/30_conditional.ts --data emoji --side 32 --directory runs/categories
 *
 * Ctrl-C stops after the round being played and saves; the same command goes on from there.
 */
import { join } from "node:path";
import process from "node:process";
import { fromEvent, lastValueFrom, map, merge, take } from "rxjs";
import {
  adam, classCoverage, dcgan, diffAugment, digitClassifier, digits, emoji, emojiCategories, folder, gaussian, generate, judgeSamples, nonSaturating, on,
  progressBar, sampleGrid, trainGAN$, writeGrid, type Command,
} from "saddlepoint";
import { conditional } from "saddlepoint/plugins/conditional";
import { failed, readOptions } from "./commandLine.ts";

const { data, side, rounds, directory, backend, seed } = readOptions(
  { rounds: 2500, directory: "runs/conditional" },
  { data: ["digits", "emoji"], side: ["32", "64"] },
);
const isEmoji = data === "emoji";
// All categories of emoji but the flags, which the source leaves out.
const classes = Array.from({ length: isEmoji ? emojiCategories.length - 1 : 10 }, (_, label) => label);
const widths = isEmoji ? [24, 48, 96, 128].slice(0, side === "64" ? 4 : 3) : [24, 48];

const stop$ = merge(...["SIGINT", "SIGTERM"].map((signal) => fromEvent(process, signal))).pipe(take(1), map((): Command => ({ _tag: "Stop" })));

const events$ = trainGAN$({
  data: isEmoji ? emoji({ styles: ["noto"], size: Number(side), batchSize: 32 }) : digits({ batchSize: 32 }),
  noise: gaussian(16),
  // Transposed convolutions leave the trace of their strides in colours.
  networks: dcgan({ generator: { widths, upsampling: isEmoji ? "resize" : "transposed" }, discriminator: { widths: isEmoji ? widths : [12, 24, 48, 96] } }),
  objective: nonSaturating(),
  optimizers: { generator: adam({ learningRate: 2e-3, beta1: 0.5 }), discriminator: adam({ learningRate: 1e-3, beta1: 0.5 }) },
  plugins: [
    // Some 1,400 emoji are few: the discriminator sees them shifted and cut into.
    ...(isEmoji ? [diffAugment({ policies: ["translation", "cutout"] })] : []),
    // Both players are told the class, of digits by indicators beside the noise and the pixels.
    conditional(isEmoji ? { generator: "batchNorm", discriminator: "projection" } : {}),
  ],
  averaging: { halfLife: 100 },
  // Row by row: one of each class, and again.
  samples: { every: 250, count: 8 * classes.length, given: { labels: classes } },
  checkpoints: folder(directory, { every: 250, keep: 1 }),
  control$: stop$,
  rounds,
  seed,
  backend,
});

await lastValueFrom(events$.pipe(sampleGrid(directory, { columns: classes.length }), progressBar(), on("RunCompleted"))).catch(failed);

if (isEmoji) {
  console.log(`Columns: ${emojiCategories.slice(0, classes.length).join(", ")}. Pictures: ${directory}/samples-*.png`);
} else {
  // From the checkpoint alone: any digits, in any order.
  const pi = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4];
  await writeGrid(join(directory, "pi.png"), await generate({ checkpoint: directory, count: pi.length, given: { labels: pi }, backend }), { columns: pi.length });

  const asked = await generate({ checkpoint: directory, count: 1000, given: { labels: classes }, seed: 1, backend });
  const { predictions } = classCoverage(await judgeSamples(await digitClassifier(), asked.values));
  const right = predictions.filter((digit, i) => digit === asked.labels![i]).length;
  console.log(`${(right / 10).toFixed(1)} % of 1000 samples are the digit that was asked for, by the classifier's word.
Pictures: ${directory}/samples-*.png, ${directory}/pi.png`);
}
