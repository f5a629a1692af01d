/**
 * An adversarial autoencoder on MNIST: digits become points of the plane, and the encoder learns to spread them as a prior
 * says: here a mixture of ten, each mode for one digit. Two pictures: where the test digits lie, and what the plane decodes to.
 *
 *     bun examples/33_aae.ts
 *     deno run -A examples/33_aae.ts --rounds 10000
 */
import { join } from "node:path";
import { lastValueFrom } from "rxjs";
import {
  adam, autoencoder, autoencoding, cosineSchedule, digits, discriminatorStep, drawFrom, folder, generate, mixture, on, progressBar, rescaled, step, train$, writeGrid, writeScatter,
  type Point,
} from "saddlepoint";
import { aae } from "saddlepoint/plugins/aae";
import { failed, readOptions } from "./commandLine.ts";

const { rounds, directory, backend, seed } = readOptions({ rounds: 4000, directory: "runs/aae" });

// The prior: ten hills on a circle, mode k for the digit k. Anything that can be drawn from would do.
const modes = Array.from({ length: 10 }, (_, k): Point => [3 * Math.cos((2 * Math.PI * k) / 10), 3 * Math.sin((2 * Math.PI * k) / 10)]);
const prior = mixture(modes, { deviation: 0.4, batchSize: 100 });

const falling = (from: number) => cosineSchedule({ from, to: from / 20, rounds });
const regularising = adam({ learningRate: falling(1e-3), beta1: 0.5 });
const game = autoencoding({
  data: rescaled(digits({ batchSize: 100 }), [0, 1]),
  networks: autoencoder({ codes: 2, encoder: { widths: [256, 128] }, decoder: { widths: [128, 256] } }),
  optimizer: adam({ learningRate: falling(1e-3) }),
  checkpoints: folder(directory, { every: 1000, keep: 1 }),
  rounds,
  seed,
  backend,
});

const events$ = train$(
  game,
  // isLabelled: the discriminator sees the digit beside the code. Without it, which mode takes which digit is left open.
  aae({ prior, isLabelled: true, optimizers: { discriminator: regularising, encoder: regularising } }),
  step("reconstruction"),
  discriminatorStep(),
  step("regularisation"),
);
await lastValueFrom(events$.pipe(progressBar(), on("RunCompleted"))).catch(failed);

// Where the test digits lie, on samples of the prior in grey.
const test = rescaled(digits({ batchSize: 100, split: "test", shuffle: false }), [0, 1]);
const count = 2000;
const { values: codes } = await generate({ checkpoint: directory, network: "encoder", head: "codes", count, backend, sources: { data: test } });
const { labels } = (await drawFrom(test, count)).fields;
const beneath = (await drawFrom(prior, count)).fields.samples as Float32Array;
await writeScatter(join(directory, "latents.png"), [{ points: codes, labels, beneath }], { extent: [-5, 5] });

// What the plane decodes to, the upper left corner first.
const side = 20;
const plane = Array.from({ length: side * side }, (_, i): Point => [-4 + (8 * (i % side)) / (side - 1), 4 - (8 * Math.floor(i / side)) / (side - 1)]);
const decoded = await generate({ checkpoint: directory, network: "decoder", count: plane.length, backend, given: { codes: plane.flat() } });
await writeGrid(join(directory, "plane.png"), decoded, { columns: side, scale: 1 });

const home = Array.from({ length: count }, (_, i) => {
  const distances = modes.map(([x, y]) => Math.hypot(codes[2 * i]! - x, codes[2 * i + 1]! - y));
  return distances.indexOf(Math.min(...distances)) === labels[i];
});
console.log(`${((100 * home.filter(Boolean).length) / count).toFixed(0)} % of ${count} test digits lie nearest to the mode of their digit.
Pictures: ${directory}/latents.png, ${directory}/plane.png`);
