/**
 * AC-GAN: the discriminator says which digit it sees, and both players gain when it is right. Its head can be content with one
 * good image per digit, so the example also prints how alike the samples of one digit are, beside real ones.
 *
 *     bun examples/31_acgan.ts
 *     deno run -A examples/31_acgan.ts --rounds 5000
 */
import { lastValueFrom } from "rxjs";
import {
  adam, classCoverage, dcgan, digitClassifier, digits, drawFrom, folder, gaussian, generate, intraClassSimilarity, judgeSamples, nonSaturating, on, progressBar,
  sampleGrid, trainGAN$,
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

const count = 1000;
const samples = await generate({ checkpoint: directory, count, given: { labels: classes }, seed: 1, backend });
const { predictions } = classCoverage(await judgeSamples(await digitClassifier(), samples.values));
const right = predictions.filter((digit, i) => digit === samples.labels![i]).length;
const real = (await drawFrom(digits({ batchSize: count, split: "test" }), count)).fields;
const alike = intraClassSimilarity({ ...samples, labels: samples.labels! }).mean;
const realAlike = intraClassSimilarity({ ...samples, values: real.samples as Float32Array, labels: real.labels as Int32Array }).mean;

console.log(`${((100 * right) / count).toFixed(1)} % of ${count} samples are the digit that was asked for, by the classifier's word.
MS-SSIM of two samples of one digit: ${alike.toFixed(3)}, of two real ones ${realAlike.toFixed(3)}. Far above would be collapse.
Pictures: ${directory}/samples-*.png, one column for each digit`);
