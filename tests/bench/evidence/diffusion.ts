import { ddim, ddpm, diffusion } from "../../../plugins/diffusion/diffusion.ts";
import {
  adam, averageWeights, classCoverage, densityCoverage, digitClassifier, digits, drawFrom, featureStatistics, folder, frechetDistance, game, generate, judgeSamples,
  step, train$, unet, writeGrid, type JudgedSamples, type Sampler,
} from "../../../src/index.ts";
import { digitRecipe, first, playDigits } from "./digitRun.ts";
import type { Bench, Job, Measured, Table } from "./table.ts";

const seeds = [1, 2, 3];
const rounds = 3_000;
const count = 1_000;

/** What is drawn from one trained denoiser. */
const draws: Readonly<Record<string, { readonly sampler: Sampler; readonly weights: "raw" | "averaged" }>> = {
  "ddim20": { sampler: ddim({ steps: 20 }), weights: "averaged" },
  "raw20": { sampler: ddim({ steps: 20 }), weights: "raw" },
  "ddpm20": { sampler: ddpm({ steps: 20 }), weights: "averaged" },
  "upper20": { sampler: ddpm({ steps: 20, variance: "upper" }), weights: "averaged" },
  "ddim10": { sampler: ddim({ steps: 10 }), weights: "averaged" },
  "ddpm10": { sampler: ddpm({ steps: 10 }), weights: "averaged" },
  "upper10": { sampler: ddpm({ steps: 10, variance: "upper" }), weights: "averaged" },
};

async function judgedDigits(values: Float32Array): Promise<JudgedSamples> {
  return judgeSamples(await digitClassifier(), values);
}

async function realDigits(split: "train" | "test"): Promise<JudgedSamples> {
  return judgedDigits((await drawFrom(digits({ batchSize: count, split }), count, { seed: 1 })).fields.samples as Float32Array);
}

/** Fréchet distance and coverage in the judge's features against as many test digits, and how many classes there are. */
function figures(said: JudgedSamples, reference: JudgedSamples): { readonly frechet: number; readonly coverage: number; readonly covered: number; readonly confidence: number } {
  const { covered, meanConfidence } = classCoverage(said);
  return {
    frechet: frechetDistance(featureStatistics(said), featureStatistics(reference)),
    coverage: densityCoverage(reference, said).coverage,
    covered,
    confidence: 100 * meanConfidence,
  };
}

/** One denoiser, and all samplers on it. */
async function denoised(seed: number, bench: Bench): Promise<Measured> {
  const checkpoint = `${bench.folder}/checkpoints`;
  const training = train$(
    game({ sources: { data: digits({ batchSize: 32 }) }, checkpoints: folder(checkpoint, { every: 250, keep: 1 }), backend: bench.backend, rounds, seed }),
    diffusion({ network: unet({ widths: [32, 64], patch: 2, attention: [7] }), optimizer: adam({ learningRate: 2e-3 }), loss: "velocity" }),
    step("denoising"),
    averageWeights({ network: "denoiser", halfLife: 200 }),
  );
  const losses: number[] = [];
  for await (const event of training) if (event._tag === "RoundPlayed" && event.round > rounds - 200) losses.push(event.metrics["loss/denoising"]!);
  await training.closed;
  const reference = await realDigits("test");
  const measured: Record<string, number> = { floor: figures(await realDigits("train"), reference).frechet };
  if (losses.length > 0) measured["loss"] = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  for (const [name, { sampler, weights }] of Object.entries(draws)) {
    const samples = await generate({ checkpoint, network: "denoiser", count, seed: 1, backend: bench.backend, sampler, weights });
    const { frechet, coverage, covered, confidence } = figures(await judgedDigits(samples.values), reference);
    if (name === "ddim20") Object.assign(measured, { frechet, coverage, covered, confidence });
    else measured[`${name}Frechet`] = frechet;
    if (seed === 1 && name.endsWith("20")) await writeGrid(bench.picture(name), first(100, samples), { columns: 10 });
  }
  return measured;
}

/** The GAN of the quick start beside it, as many rounds of as many digits. */
async function adversarial(seed: number, bench: Bench): Promise<Measured> {
  const played = await playDigits(bench, { rounds, seed, plugins: [] });
  const samples = await played.sample(count);
  if (seed === 1) await writeGrid(bench.picture("dcgan"), first(100, samples), { columns: 10 });
  return figures(await judgedDigits(samples.values), await realDigits("test"));
}

const rows: Readonly<Record<string, (seed: number, bench: Bench) => Promise<Measured>>> = { "diffusion": denoised, "dcgan": adversarial };

export const diffusionDigits: Table = {
  name: "diffusion",
  title: "Diffusion and a GAN on the same digits",
  about: `
A U-Net of 256,000 parameters (widths 32-64 on patches of 2 × 2 pixels, attention at 7 × 7), cosine schedule, the velocity's squared error, Adam 2e-3 throughout,
averaged weights of half-life 200 rounds, beside the DCGAN of the quick start: ${rounds} rounds of 32 digits each, which is 1.6 epochs. Fréchet
distance and coverage (k = 5) in the features of digitClassifier, of ${count} samples against as many test digits; the floor is that of real training
digits. DCGAN: ${digitRecipe} "σ̂" is ancestral sampling with the upper variance, DDPM-20 and DDPM-10 that with the posterior's.

Asked, each on the same denoiser: averaged weights better than raw ones; DDIM better than ancestral sampling in as few steps, which the
denoiser of seed 1 shows against σ̂ in 10 steps and not against the posterior's variance. Between few steps ancestral sampling is the coarser approximation, but its
noise also makes up for what the denoiser got wrong in the steps before, and one that is trained for so short a time gets much wrong.
Song et al. 2021 on CIFAR-10 (Inception features, another scale), in 10 and 20 steps: FID 13.36 and 6.84 by DDIM, 41.07 and 18.36 by DDPM (η = 1),
367.43 and 133.37 by DDPM (σ̂); a public copy of DDPM: 3.21 with averaged weights, 12.14 without.`,
  msPerRound: 190,
  columns: [
    { figure: "frechet", heading: "Fréchet (DDIM-20)", digits: 2 },
    { figure: "floor", heading: "of real digits", digits: 2 },
    { figure: "coverage", heading: "coverage", digits: 3 },
    { figure: "covered", heading: "classes", digits: 1 },
    { figure: "confidence", heading: "% confidence", digits: 1 },
    { figure: "raw20Frechet", heading: "DDIM-20, raw weights", digits: 2 },
    { figure: "ddpm20Frechet", heading: "DDPM-20", digits: 2 },
    { figure: "upper20Frechet", heading: "σ̂-20", digits: 2 },
    { figure: "ddim10Frechet", heading: "DDIM-10", digits: 2 },
    { figure: "ddpm10Frechet", heading: "DDPM-10", digits: 2 },
    { figure: "upper10Frechet", heading: "σ̂-10", digits: 2 },
    { figure: "loss", heading: "loss", digits: 4 },
  ],
  jobs: Object.entries(rows).flatMap(([row, run]) =>
    seeds.map((seed): Job => ({ row, seed, rounds, ...(row === "diffusion" ? { reduced: "a tiny U-Net and 1.6 epochs" } : {}), run: (bench) => run(seed, bench) })),
  ),
};
