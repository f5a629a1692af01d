import { ddim, ddpm, diffusion } from "../../../plugins/diffusion/diffusion.ts";
import { vae } from "../../../plugins/vae/vae.ts";
import {
  adam, autoencoder, autoencoding, averageWeights, bernoulli, cosineSchedule, digitClassifier, digits, drawFrom, folder, game, generate, judgeSamples, rescaled, step, train$, unet,
  writeGrid, type Generated, type JudgedSamples, type Sampler, type Scheduled,
} from "../../../src/index.ts";
import { digitRecipe, first, playDigits } from "./digitRun.ts";
import { judgedFigures } from "./judgedFigures.ts";
import { labelled, labelledDigits, labelledEmoji } from "./labelledDiffusion.ts";
import { testEmoji } from "./notoEmoji.ts";
import type { Bench, Job, Measured, Table } from "./table.ts";

const rounds = 3_000;
const longRounds = 8_000;
const emojiRounds = 5_000;
const count = 1_000;

/** What is drawn from one trained denoiser: as in the code of Song et al., only σ̂ keeps x̂₀ within the range of the data, but for `upperUnclipped20`. */
const draws: Readonly<Record<string, { readonly sampler: Sampler; readonly weights: "raw" | "averaged" }>> = {
  "ddim20": { sampler: ddim({ steps: 20, clip: false }), weights: "averaged" },
  "raw20": { sampler: ddim({ steps: 20, clip: false }), weights: "raw" },
  "ddpm20": { sampler: ddpm({ steps: 20, clip: false }), weights: "averaged" },
  "upper20": { sampler: ddpm({ steps: 20, variance: "upper" }), weights: "averaged" },
  "upperUnclipped20": { sampler: ddpm({ steps: 20, variance: "upper", clip: false }), weights: "averaged" },
  "ddim10": { sampler: ddim({ steps: 10, clip: false }), weights: "averaged" },
  "ddpm10": { sampler: ddpm({ steps: 10, clip: false }), weights: "averaged" },
  "upper10": { sampler: ddpm({ steps: 10, variance: "upper" }), weights: "averaged" },
};

async function judgedDigits(values: Float32Array): Promise<JudgedSamples> {
  return judgeSamples(await digitClassifier(), values);
}

async function realDigits(split: "train" | "test"): Promise<JudgedSamples> {
  return judgedDigits((await drawFrom(digits({ batchSize: count, split }), count, { seed: 1 })).fields.samples as Float32Array);
}

/** One denoiser, and all samplers on it. Pictures are called by the prefix and the sampler. */
async function denoised(seed: number, bench: Bench, rounds: number, learningRate: Scheduled, prefix = ""): Promise<Measured> {
  const checkpoint = `${bench.folder}/checkpoints`;
  const training = train$(
    game({ sources: { data: digits({ batchSize: 32 }) }, checkpoints: folder(checkpoint, { every: 250, keep: 1 }), backend: bench.backend, rounds, seed }),
    diffusion({ network: unet({ widths: [32, 64], patch: 2, attention: [7] }), optimizer: adam({ learningRate }), loss: "velocity" }),
    step("denoising"),
    averageWeights({ network: "denoiser", halfLife: 200 }),
  );
  const losses: number[] = [];
  for await (const event of training) if (event._tag === "RoundPlayed" && event.round > rounds - 200) losses.push(event.metrics["loss/denoising"]!);
  await training.closed;
  const reference = await realDigits("test");
  const measured: Record<string, number> = { floor: judgedFigures(await realDigits("train"), reference).frechet };
  if (losses.length > 0) measured["loss"] = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  for (const [name, { sampler, weights }] of Object.entries(draws)) {
    const samples = await generate({ checkpoint, network: "denoiser", count, seed: 1, backend: bench.backend, sampler, weights });
    const { frechet, coverage, covered, confidence } = judgedFigures(await judgedDigits(samples.values), reference);
    if (name === "ddim20") Object.assign(measured, { frechet, coverage, covered, confidence });
    else measured[`${name}Frechet`] = frechet;
    if (seed === 1 && name.endsWith("20")) await writeGrid(bench.picture(`${prefix}${name}`), first(100, samples), { columns: 10 });
  }
  return measured;
}

/** The GAN of the quick start beside it, as many rounds of as many digits. */
async function adversarial(seed: number, bench: Bench): Promise<Measured> {
  const played = await playDigits(bench, { rounds, seed, plugins: [] });
  return besideTest("dcgan", await played.sample(count), seed, bench);
}

/** A variational autoencoder beside both. Its samples are the means of the Bernoullis that codes of the prior decode to, moved to [-1, 1]. */
async function variational(seed: number, bench: Bench): Promise<Measured> {
  const checkpoint = `${bench.folder}/checkpoints`;
  const training = train$(
    autoencoding({
      data: rescaled(digits({ batchSize: 32 }), [0, 1]),
      networks: autoencoder({ codes: 20, encoder: { widths: [400] }, decoder: { widths: [400] } }),
      likelihood: bernoulli(),
      optimizer: adam({ learningRate: 1e-3 }),
      checkpoints: folder(checkpoint, { every: 1_000, keep: 1 }),
      readEvery: 100,
      backend: bench.backend,
      rounds,
      seed,
    }),
    vae(),
    step("reconstruction"),
    averageWeights({ network: "decoder", halfLife: 100 }),
  );
  for await (const _ of training);
  await training.closed;
  const greys = await generate({ checkpoint, network: "decoder", count, seed: 1, backend: bench.backend });
  return besideTest("vae", { ...greys, values: greys.values.map((grey) => 2 * grey - 1) }, seed, bench);
}

async function besideTest(picture: string, samples: Generated, seed: number, bench: Bench): Promise<Measured> {
  if (seed === 1) await writeGrid(bench.picture(picture), first(100, samples), { columns: 10 });
  return { ...judgedFigures(await judgedDigits(samples.values), await realDigits("test")) };
}

interface Row {
  readonly rounds: number;
  readonly reduced?: string;
  readonly msPerRound?: number;
  run(seed: number, bench: Bench): Promise<Measured>;
}

const tiny = "a tiny U-Net and 1.6 epochs";

const rows: Readonly<Record<string, Row>> = {
  "diffusion": { rounds, reduced: tiny, run: (seed, bench) => denoised(seed, bench, rounds, 2e-3) },
  "diffusion, longer": {
    rounds: longRounds,
    reduced: "a tiny U-Net and 4.3 epochs",
    run: (seed, bench) => denoised(seed, bench, longRounds, cosineSchedule({ from: 2e-3, to: 1e-4, rounds: longRounds }), "longer-"),
  },
  "dcgan": { rounds, msPerRound: 50, run: adversarial },
  "vae": { rounds, msPerRound: 10, run: variational },
  "diffusion, labels": { rounds, reduced: tiny, run: (seed, bench) => labelled(labelledDigits, "labels", seed, rounds, bench) },
  "diffusion, emoji by category, 32 px": emojiRow(32),
  "diffusion, emoji by category, 64 px": { ...emojiRow(64), msPerRound: 350 },
};

function emojiRow(size: 32 | 64): Row {
  return {
    rounds: emojiRounds,
    reduced: `a tiny U-Net and ${emojiRounds} rounds`,
    msPerRound: 210,
    run: (seed, bench) => labelled(labelledEmoji(size), `emoji-${size}`, seed, emojiRounds, bench),
  };
}

export const diffusionDigits: Table = {
  name: "diffusion",
  title: "Diffusion, a GAN and a VAE on the same digits",
  about: `
A U-Net of 256,000 parameters (widths 32-64 on patches of 2 × 2 pixels, attention at 7 × 7), cosine schedule, the velocity's squared error, Adam 2e-3 throughout,
averaged weights of half-life 200 rounds, beside the DCGAN of the quick start and a variational autoencoder: ${rounds} rounds of 32 digits each, which is 1.6 epochs. Fréchet
distance and coverage (k = 5) in the features of digitClassifier, of ${count} samples against as many test digits; the floor is that of real training
digits. DCGAN: ${digitRecipe} VAE: 784-400-20-400-784 with ReLU on greys, Adam 1e-3, the decoder's weights averaged (half-life 100 rounds); its samples are the means that
codes drawn from the prior decode to. "Longer": the same U-Net in ${longRounds} rounds, the rate falling to 1e-4 by half a cosine. "σ̂" is ancestral sampling with the upper variance, DDPM-20 and DDPM-10 that with the posterior's (η = 1).

"Labels": the same denoiser told the digit, a tenth of the labels left out; asked for the labels of the test digits by DDIM-20 without guidance (w = 1, as all figures but
those marked) and with w = 2. Agreement: how often the judge sees the class that was asked for, and beside it, how often it sees the label of the real ones. Guidance should raise the
agreement and narrow the variety, so that the Fréchet distance need not gain by it. Emoji: Noto's by eight categories, ${emojiRounds} rounds, widths 32-64 (32 px) or 16-32-64 (64 px) on patches of 2 × 2, attention at 8 × 8, all ${testEmoji} test emoji
against as many samples, in the features of emojiClassifier, another scale, whose word on categories is rough. Small sets are trained with DiffAugment or ADA where there is a
discriminator; both are views of what it sees, of samples real and generated alike, and a denoiser has none: it learns from the 1,346 emoji as they are.
At 64 px patches of 4 × 4 would be less work, but 48 numbers do not get through 32 channels: with them grain is left.

Asked, each on the same denoiser: averaged weights better than raw ones; DDIM better than ancestral sampling in as few steps. As in the code of Song et al., x̂₀ is kept within the
range of the data for σ̂ and not for the others; "unclipped" is σ̂ without. Between few steps ancestral sampling is the coarser approximation, but its noise also makes up for what the
denoiser got wrong in the steps before, and one that is trained for so short a time gets much wrong. Guidance suits DDIM better than ancestral sampling, of digits and of emoji: with it DDIM is ahead.
Song et al. 2021 on CIFAR-10 (Inception features, another scale), in 10 and 20 steps: FID 13.36 and 6.84 by DDIM, 41.07 and 18.36 by DDPM (η = 1),
367.43 and 133.37 by DDPM (σ̂); a public copy of DDPM: 3.21 with averaged weights, 12.14 without. Longer training should change the denoiser most, which after 1.6 epochs is far from done:
its Fréchet distance should fall below the GAN's, and DDIM come out before η = 1 in as few steps, which after 4.3 epochs ("longer") it has not, in spite of the better denoiser.
On emoji, which are few and were seen 119 times, the two are level in 20 steps and DDIM is ahead in 10; the VAE's means should stay blurred.`,
  msPerRound: 190,
  columns: [
    { figure: "frechet", heading: "Fréchet (DDIM-20)", digits: 2 },
    { figure: "floor", heading: "of real images", digits: 2 },
    { figure: "coverage", heading: "coverage", digits: 3 },
    { figure: "covered", heading: "classes", digits: 1 },
    { figure: "confidence", heading: "% confidence", digits: 1 },
    { figure: "raw20Frechet", heading: "DDIM-20, raw weights", digits: 2 },
    { figure: "ddpm20Frechet", heading: "DDPM-20", digits: 2 },
    { figure: "upper20Frechet", heading: "σ̂-20", digits: 2 },
    { figure: "upperUnclipped20Frechet", heading: "unclipped", digits: 2 },
    { figure: "ddim10Frechet", heading: "DDIM-10", digits: 2 },
    { figure: "ddpm10Frechet", heading: "DDPM-10", digits: 2 },
    { figure: "upper10Frechet", heading: "σ̂-10", digits: 2 },
    { figure: "agreement", heading: "agreement, w = 1, %", digits: 1 },
    { figure: "guidedAgreement", heading: "w = 2, %", digits: 1 },
    { figure: "realAgreement", heading: "of real ones, %", digits: 1 },
    { figure: "guidedFrechet", heading: "Fréchet, w = 2", digits: 2 },
    { figure: "guidedDdpm20Frechet", heading: "DDPM-20, w = 2", digits: 2 },
    { figure: "loss", heading: "loss", digits: 4 },
  ],
  jobs: Object.entries(rows).flatMap(([row, { run, ...budget }]) => [1, 2, 3].map((seed): Job => ({ row, seed, ...budget, run: (bench) => run(seed, bench) }))),
};
