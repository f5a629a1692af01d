/**
 * A variational autoencoder on MNIST, beside an adversarial one of the same networks: how they fill the plane, what it
 * decodes to, and how likely the VAE finds test digits.
 *
 *     bun examples/34_vae.ts
 *     deno run -A examples/34_vae.ts --rounds 10000
 */
import { join } from "node:path";
import { lastValueFrom, tap } from "rxjs";
import {
  adam, autoencoder, autoencoding, bernoulli, binarised, cosineSchedule, digits, discriminatorStep, drawFrom, folder, gaussian, generate, on, progressBar, step, train$, writeGrid,
  writeScatter, type Game, type Point, type TrainingEvent,
} from "saddlepoint";
import { aae } from "saddlepoint/plugins/aae";
import { measureBounds, vae } from "saddlepoint/plugins/vae";
import { failed, readOptions } from "./commandLine.ts";

const { rounds, directory, backend, seed } = readOptions({ rounds: 4000, directory: "runs/vae" });

// Black and white digits, each pixel drawn with the probability of its grey: of these a Bernoulli likelihood is one.
const data = binarised(digits({ batchSize: 100 }));
const test = binarised(digits({ batchSize: 100, split: "test", shuffle: false }));
const likelihood = bernoulli();
const falling = (from: number) => cosineSchedule({ from, to: from / 20, rounds });
const gameIn = (name: string): Game<"samples" | "labels" | "codes"> =>
  autoencoding({
    data,
    networks: autoencoder({ codes: 2, encoder: { widths: [256, 128] }, decoder: { widths: [128, 256] } }),
    likelihood,
    optimizer: adam({ learningRate: falling(1e-3) }),
    checkpoints: folder(join(directory, name), { every: 1000, keep: 1 }),
    rounds,
    seed,
    backend,
  });

const variational$ = train$(gameIn("vae"), vae(), step("reconstruction"), measureBounds({ data: test, likelihood, count: 1000, importanceSamples: 10 }));
const show = tap((event: TrainingEvent) => {
  if (event._tag !== "PluginReported") return;
  const [elbo, bound, divergence] = ["elbo", "bound", "divergence"].map((name) => Number(event.values[name]).toFixed(2));
  console.log(`Test digits have a log-likelihood of at least ${bound} nats by ten samples of each code; by one ${elbo}, the divergence ${divergence} in it.`);
});
await lastValueFrom(variational$.pipe(show, progressBar(), on("RunCompleted"))).catch(failed);

const regularising = adam({ learningRate: falling(1e-3), beta1: 0.5 });
const adversarial$ = train$(
  gameIn("aae"), aae({ prior: gaussian(2), optimizers: { discriminator: regularising, encoder: regularising } }), step("reconstruction"), discriminatorStep(), step("regularisation"),
);
await lastValueFrom(adversarial$.pipe(progressBar(), on("RunCompleted"))).catch(failed);

// Both on one scale: the AAE on the left, the VAE's means on the right, the prior in grey beneath.
const count = 2000;
const { labels } = (await drawFrom(test, count)).fields;
const beneath = (await drawFrom(gaussian(2), count)).fields.noise as Float32Array;
const codesOf = (name: string, head: string) => generate({ checkpoint: join(directory, name), network: "encoder", head, count, backend, sources: { data: test } });
const [adversarial, variational] = [await codesOf("aae", "codes"), await codesOf("vae", "mean")];
await writeScatter(join(directory, "latents.png"), [{ points: adversarial.values, labels, beneath }, { points: variational.values, labels, beneath }], { extent: [-4, 4] });

// What the plane decodes to, the upper left corner first.
const side = 20;
const plane = Array.from({ length: side * side }, (_, i): Point => [-3 + (6 * (i % side)) / (side - 1), 3 - (6 * Math.floor(i / side)) / (side - 1)]);
for (const name of ["aae", "vae"]) {
  const decoded = await generate({ checkpoint: join(directory, name), network: "decoder", count: plane.length, backend, given: { codes: plane.flat() } });
  await writeGrid(join(directory, `plane-${name}.png`), decoded, { columns: side, scale: 1 });
}
console.log(`Pictures: ${directory}/latents.png (adversarial left, variational right), ${directory}/plane-aae.png, ${directory}/plane-vae.png`);
