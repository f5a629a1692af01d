/**
 * AC-GAN: the discriminator says which digit it sees, and both players gain when it is right. Its head can be content with one
 * good image per digit, so the example also prints how alike the samples of one digit are, and how many real ones they come near to.
 *
 *     bun examples/31_acgan.ts
 *     deno run -A examples/31_acgan.ts --rounds 5000
 */
import { lastValueFrom } from "rxjs";
import {
  adam, classCoverage, dcgan, densityCoverage, digitClassifier, digits, drawFrom, expectedCoverage, folder, gaussian, generate, intraClassSimilarity, judgeSamples,
  nonSaturating, on, progressBar, sampleGrid, trainGAN$, type Features, type JudgedSamples,
} from "saddlepoint";
import { acgan } from "saddlepoint/plugins/acgan";
import { failed, readOptions } from "./commandLine.ts";

const { rounds, directory, backend, seed } = readOptions({ rounds: 2500, directory: "runs/acgan" });
const classes = Array.from({ length: 10 }, (_, digit) => digit);

const events$ = trainGAN$({
  data: digits({ batchSize: 32 }),
  noise: gaussian(16),
  networks: dcgan({ generator: { widths: [24, 48] }, discriminator: { widths: [12, 24, 48, 96] } }),
  objective: nonSaturating(),
  optimizers: {
    generator: adam({ learningRate: 2e-3, beta1: 0.5 }),
    discriminator: adam({ learningRate: 1e-3, beta1: 0.5 }),
  },
  // How many classes there are comes from the data. Data without labels would not compile here.
  plugins: [acgan()],
  averaging: { halfLife: 100 },
  samples: { every: 250, count: 100, given: { labels: classes } },
  checkpoints: folder(directory, { every: 250, keep: 1 }),
  rounds,
  seed,
  backend,
});

await lastValueFrom(events$.pipe(sampleGrid(directory, { columns: 10 }), progressBar(), on("RunCompleted"))).catch(failed);

const perDigit = 100;
const count = 10 * perDigit;
const samples = await generate({ checkpoint: directory, count, given: { labels: classes }, seed: 1, backend });
const judge = await digitClassifier();
const said = await judgeSamples(judge, samples.values);
const { predictions } = classCoverage(said);
const right = predictions.filter((digit, i) => digit === samples.labels![i]).length;

// As many real digits of each class, and how often one has a sample of its class nearer than its fifth real neighbour of that class.
const drawn = await Promise.all(classes.map((digit) => drawFrom(digits({ batchSize: perDigit, split: "test", classes: [digit] }), perDigit)));
const real = Float32Array.from(drawn.flatMap(({ fields }) => [...fields.samples]));
const realLabels = Int32Array.from({ length: count }, (_, i) => Math.floor(i / perDigit));
const saidOfReal = await judgeSamples(judge, real);
const coverages = classes.map((digit) => densityCoverage(featuresOf(saidOfReal, realLabels, digit), featuresOf(said, samples.labels!, digit)).coverage);
const coverage = coverages.reduce((sum, one) => sum + one, 0) / classes.length;
const alike = intraClassSimilarity({ ...samples, labels: samples.labels! }).mean;
const realAlike = intraClassSimilarity({ ...samples, values: real, labels: realLabels }).mean;

console.log(`${((100 * right) / count).toFixed(1)} % of ${count} samples are the digit that was asked for, by the classifier's word.
MS-SSIM of two samples of one digit: ${alike.toFixed(3)}, of two real ones ${realAlike.toFixed(3)}. Far above would be collapse.
Coverage within the digits: ${coverage.toFixed(3)}, least ${Math.min(...coverages).toFixed(3)}; of real ones about ${expectedCoverage(perDigit, perDigit).toFixed(3)}. Far below would be collapse.
Pictures: ${directory}/samples-*.png, one column for each digit`);

/** The judge's features of the samples of one digit. */
function featuresOf({ features, featureSize }: JudgedSamples, labels: ArrayLike<number>, digit: number): Features {
  const rows = Array.from(labels).flatMap((label, row) => (label === digit ? [row] : []));
  return { featureSize, features: Float64Array.from(rows.flatMap((row) => [...features.subarray(row * featureSize, (row + 1) * featureSize)])) };
}
