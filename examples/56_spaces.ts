/**
 * Comparing latent spaces: does a linear map lead from one generator's latents to another's? Across training runs (another
 * seed), architectures (an MLP) and learning objectives (the decoder of a VAE), from support sets of different sizes, with
 * shuffled pairs as the control.
 *
 *     bun examples/56_spaces.ts
 *     deno run -A examples/56_spaces.ts --seed 5
 *
 * Explores the generator of 20_digits.ts, and trains it and the three others first where they are not there.
 */
import { join } from "node:path";
import { lastValueFrom } from "rxjs";
import {
  adam, autoencoder, autoencoding, bernoulli, compareSpaces, digits, folder, leakyRelu, mlp, on, openGenerator, pairLatents, progressBar, rescaled, samplesAt, step, tf, train$, writeGrid,
  type LatentModel,
} from "saddlepoint";
import { vae } from "saddlepoint/plugins/vae";
import { failed, readOptions } from "./commandLine.ts";
import { isTrained, openDigits, usualDigits } from "./digitsGenerator.ts";

const options = readOptions(usualDigits);
const isTrial = options.rounds < 100;
const networks = mlp({ generator: { widths: [128, 256], activation: leakyRelu() }, discriminator: { widths: [256, 128] } });
const first = await openDigits(options).catch(failed);
const others: Readonly<Record<string, LatentModel & { close(): Promise<void> }>> = {
  "another training run": await openDigits({ ...options, directory: join(options.directory, "another-seed"), seed: options.seed + 1 }).catch(failed),
  "another architecture": await openDigits({ ...options, directory: join(options.directory, "mlp"), networks }).catch(failed),
  "another learning objective": await openVae(join(options.directory, "vae")).catch(failed),
};

/** The decoder of a VAE with as many codes, in the digits' range. */
async function openVae(directory: string): Promise<LatentModel & { close(): Promise<void> }> {
  const { rounds, seed, backend } = options;
  if (!(await isTrained(directory))) {
    const game = autoencoding({
      data: rescaled(digits({ batchSize: 128 }), [0, 1]),
      networks: autoencoder({ codes: first.latentSize, encoder: { widths: [400] }, decoder: { widths: [400] } }),
      likelihood: bernoulli(),
      optimizer: adam({ learningRate: 1e-3 }),
      checkpoints: folder(directory, { every: 250, keep: 1 }),
      rounds,
      seed,
      backend,
    });
    await lastValueFrom(train$(game, vae(), step("reconstruction")).pipe(progressBar(), on("RunCompleted")));
  }
  const decoder = await openGenerator(directory, { backend, network: "decoder", latent: "codes" });
  return { ...decoder, range: [-1, 1], generate: (codes) => tf.sub(tf.mul(decoder.generate(codes), 2), 1) };
}

const supports = isTrial ? [4, 8] : [16, 32, 64, 128];
const heldOut = isTrial ? 4 : 32;
const count = supports.at(-1)! + heldOut;
const columns = Math.min(16, heldOut);
const latents = await first.latents(count, { seed: options.seed });
const shown = latents.slice(-columns * first.latentSize);
const original = await samplesAt(first, shown);
const rows: number[] = [...original.values];
for (const [name, other] of Object.entries(others)) {
  const pairs = await pairLatents(first, other, latents, { restarts: 2, steps: isTrial ? 5 : 150, prior: 1e-2, seed: options.seed });
  const compared = compareSpaces(pairs, { supports, heldOut, ridge: isTrial ? 1 : 16, seed: options.seed });
  console.log(`To ${name} (inverted at ${(pairs.errors.reduce((sum, error) => sum + error, 0) / count).toFixed(3)} from the originals):`);
  for (const { support, error, shuffledError } of compared) {
    console.log(`  from ${String(support).padStart(3)} pairs ${(100 * error).toFixed(0)} % of the variance is missed, from shuffled pairs ${(100 * shuffledError).toFixed(0)} %`);
  }
  const { map, shuffledMap } = compared.at(-1)!;
  const found = pairs.to.slice(-columns * other.latentSize);
  const distances: string[] = [];
  for (const z of [found, map.apply(shown), shuffledMap.apply(shown)]) {
    const { values } = await samplesAt(other, z);
    rows.push(...values);
    distances.push((values.reduce((sum, value, i) => sum + (value - original.values[i]!) ** 2, 0) / values.length).toFixed(3));
  }
  console.log(`  in pixels the originals are missed by ${distances[0]} (inverted), ${distances[1]} (mapped) and ${distances[2]} (mapped by shuffled pairs)`);
}
const values = Float32Array.from(rows);
await writeGrid(join(options.directory, "spaces.png"), { ...original, count: values.length / 784, values }, { columns });
console.log(`In ${options.directory}: spaces.png (originals; then for each other generator: inverted, mapped, mapped by shuffled pairs)`);
for (const generator of [first, ...Object.values(others)]) await generator.close();
