import { acgan } from "../../../plugins/acgan/acgan.ts";
import {
  classCoverage, classCoverageMetric, dcgan, densityCoverage, diffAugment, digitClassifier, digits, drawFrom, featureStatistics, frechetDistance, gradientPenalty, hinge,
  inceptionScore, judgeSamples, kernelDistance, labelledSubset, leastSquares, mlp, packing, precisionRecall, r1, rmsprop, spectralNormalisation, wasserstein, weightClipping, writeGrid,
  type GanPair, type GivenFields, type JudgedSamples, type Optimizer,
} from "../../../src/index.ts";
import { digitRecipe, first, playDigits, tenDigits, type DigitRun } from "./digitRun.ts";
import type { Bench, Job, Measured, Table } from "./table.ts";

const seeds = [1, 2, 3];
const count = 2_000;

interface Recipe extends Omit<DigitRun, "seed"> {
  /** What the samples that are judged are asked to be. */
  readonly given?: GivenFields;
}

const plain = dcgan({ generator: { widths: [24, 48] }, discriminator: { widths: [12, 24, 48, 96] } });
export const withoutBatchNorm = dcgan({ generator: { widths: [24, 48] }, discriminator: { widths: [12, 24, 48, 96], batchNorm: false } });
const fewDigits = labelledSubset(digits({ batchSize: 32 }), { perClass: 50 });
const augmented = diffAugment({ policies: ["translation", "cutout"] });
const critic = { rounds: 1_200, networks: withoutBatchNorm, discriminatorTurns: 4, objective: wasserstein() } as const;

/** Those of WGAN with clipping, their rates times a factor. */
export function clippingOptimizers(factor = 1): GanPair<Optimizer> {
  const optimizer = rmsprop({ learningRate: 1e-3 * factor });
  return { generator: optimizer, discriminator: optimizer };
}

/** The families of unconditional GANs, on one set of data and one pair of networks where the method allows. */
export const recipes: Readonly<Record<string, Recipe>> = {
  "MLP GAN": { rounds: 2_500, plugins: [], networks: mlp({ generator: { widths: [128, 256] }, discriminator: { widths: [256, 128] } }), adam: { generator: 5e-4, discriminator: 5e-4 } },
  "DCGAN": { rounds: 2_500, plugins: [], networks: plain },
  "least squares": { rounds: 2_500, plugins: [], networks: plain, objective: leastSquares() },
  "hinge, spectral normalisation": { rounds: 2_500, plugins: [spectralNormalisation()], networks: withoutBatchNorm, objective: hinge() },
  "R1": { rounds: 2_500, plugins: [r1({ gamma: 1, every: 4 })], networks: withoutBatchNorm },
  "PacGAN-2": { rounds: 2_500, plugins: [packing({ size: 2 })], networks: plain },
  "AC-GAN": { rounds: 2_500, plugins: [acgan()], networks: plain, given: { labels: tenDigits } },
  "DCGAN, DiffAugment": { rounds: 2_500, plugins: [augmented], networks: plain },
  "DCGAN, 500 digits": { rounds: 2_500, plugins: [], networks: plain, data: fewDigits },
  "DCGAN, 500 digits, DiffAugment": { rounds: 2_500, plugins: [augmented], networks: plain, data: fewDigits },
  "WGAN, clipping": {
    ...critic,
    plugins: [weightClipping({ limit: 0.05 })],
    optimizers: clippingOptimizers(),
  },
  "WGAN-GP": { ...critic, plugins: [gradientPenalty({ weight: 10 })], adam: { generator: 1e-3, discriminator: 1e-3, beta1: 0, beta2: 0.9 } },
};

async function realDigits(split: "train" | "test", of = count): Promise<JudgedSamples> {
  return judgeSamples(await digitClassifier(), (await drawFrom(digits({ batchSize: of, split }), of, { seed: 1 })).fields.samples as Float32Array);
}

/** Everything that is said of a set of digits, against as many test digits. */
export function figures(said: JudgedSamples, reference: JudgedSamples): Record<string, number> {
  const { covered, totalVariation, meanConfidence } = classCoverage(said);
  const { precision, recall } = precisionRecall(reference, said);
  const { density, coverage } = densityCoverage(reference, said);
  return {
    frechet: frechetDistance(featureStatistics(said), featureStatistics(reference)),
    kernel: kernelDistance(reference, said).value,
    inception: inceptionScore(said).value,
    precision, recall, density, coverage, covered, totalVariation, confidence: meanConfidence,
  };
}

export async function playRecipe({ given, ...recipe }: Recipe, seed: number, bench: Bench, picture?: string): Promise<Measured> {
  const quarters = Math.round(recipe.rounds / 4);
  const played = await playDigits(bench, {
    ...recipe,
    seed,
    measurements: { every: quarters, count: 500, metrics: [classCoverageMetric({ network: await digitClassifier() })], share: false },
  });
  const samples = await played.sample(count, given);
  if (seed === 1 && picture !== undefined) await writeGrid(bench.picture(picture), first(100, samples), { columns: 10 });
  const measured = played.measured.map(({ scores }) => String(scores[0]!.value));
  // What was measured before an interruption is not known any more.
  const overTime = [...new Array<string>(Math.max(0, 4 - measured.length)).fill("?"), ...measured];
  return { ...figures(await judgeSamples(await digitClassifier(), samples.values), await realDigits("test")), overTime: overTime.join(" → ") };
}

/** Real training digits in the place of generated ones: what nothing can be better than. */
async function floors(): Promise<Measured> {
  return { ...figures(await realDigits("train"), await realDigits("test")), overTime: "" };
}

const jobs: readonly Job[] = [
  ...seeds.flatMap((seed) => Object.entries(recipes).map(([row, recipe]): Job => ({
    row, seed, rounds: recipe.rounds, run: (bench) => playRecipe(recipe, seed, bench, row.replaceAll(/\W+/g, "-")),
  }))),
  { row: "DCGAN, a short run on WebGPU", seed: 1, rounds: 200, backend: "webgpu", run: (bench) => playRecipe({ ...recipes["DCGAN"]!, rounds: 200 }, 1, bench) },
  { row: "real training digits (the floor)", seed: 1, rounds: 0, run: floors },
];

export const digitTable: Table = {
  name: "digits",
  title: "GANs on MNIST",
  about: `
${digitRecipe} Rows change what they name; without batch norm in the discriminator where a penalty or spectral normalisation asks
for it; the MLP GAN with widths 128-256 and 256-128 and rates of 5e-4; WGAN and WGAN-GP with four critic turns a round;
AC-GAN asked for each digit in turn; "500 digits" with fifty of each class in the place of 60,000. Judged on ${count}
samples against as many test digits in the features of digitClassifier, with real training digits as the floor. "Over time": digits with
at least 1 % of 500 samples after each quarter of the run. Budgets are small: a few minutes on one core.`,
  msPerRound: 45,
  columns: [
    { figure: "frechet", heading: "Fréchet", digits: 2 },
    { figure: "kernel", heading: "kernel distance", digits: 3 },
    { figure: "inception", heading: "Inception Score", digits: 2 },
    { figure: "precision", heading: "precision", digits: 3 },
    { figure: "recall", heading: "recall", digits: 3 },
    { figure: "density", heading: "density", digits: 3 },
    { figure: "coverage", heading: "coverage", digits: 3 },
    { figure: "covered", heading: "digits ≥ 1 %", digits: 1 },
    { figure: "totalVariation", heading: "total variation", digits: 3 },
    { figure: "overTime", heading: "over time (seed 1)", digits: 1 },
  ],
  jobs,
};
