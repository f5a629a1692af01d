/**
 * InfoGAN: without a label the generator gets a code of ten classes and two numbers, and must make them visible. Grids in
 * which one code varies along each line show what it has come to mean.
 *
 *     bun examples/32_infogan.ts
 *     deno run -A examples/32_infogan.ts --rounds 5000
 */
import { join } from "node:path";
import { lastValueFrom } from "rxjs";
import {
  adam, attributeValues, categorical, classCoverage, correlation, dcgan, digitClassifier, digits, drawFrom, folder, gaussian, generate, jsonLines, judgeSamples, nonSaturating, on,
  progressBar, slant, strokeWidth, trainGAN$, uniform, writeGrid,
} from "saddlepoint";
import { codeAgreement, infogan, traverse } from "saddlepoint/plugins/infogan";
import { failed, readOptions } from "./commandLine.ts";

const { rounds, directory, backend, seed } = readOptions({ rounds: 2500, directory: "runs/infogan" });

const events$ = trainGAN$({
  data: digits({ batchSize: 32 }),
  noise: gaussian(16),
  networks: dcgan({ generator: { widths: [24, 48] }, discriminator: { widths: [12, 24, 48, 96] } }),
  objective: nonSaturating(),
  optimizers: {
    generator: adam({ learningRate: 2e-3, beta1: 0.5 }),
    discriminator: adam({ learningRate: 1e-3, beta1: 0.5 }),
  },
  plugins: [infogan()],
  averaging: { halfLife: 100 },
  checkpoints: folder(directory, { every: 250, keep: 1 }),
  rounds,
  seed,
  backend,
});

// The bound on the information, round by round, is in the log: "information/category1" of at most ln 10 = 2.303 nats.
await lastValueFrom(events$.pipe(jsonLines(join(directory, "events.jsonl")), progressBar(), on("RunCompleted"))).catch(failed);

// What the codes mean: many samples, with the codes they were made of.
const count = 1000;
const category1 = (await drawFrom(categorical(10), count)).fields.labels;
const codes = (await drawFrom(uniform(2), count)).fields.noise;
const samples = await generate({ checkpoint: directory, count, given: { category1, codes }, seed: 1, backend });
const { predictions } = classCoverage(await judgeSamples(await digitClassifier(), samples.values));
const { agreement, matching } = codeAgreement(category1, predictions);
console.log(`The ten classes of the code agree with the ten digits in ${(100 * agreement).toFixed(1)} % of ${count} samples, at best.`);
for (const attribute of [slant(), strokeWidth()]) {
  const values = attributeValues(attribute, samples);
  const r = [0, 1].map((i) => correlation(Float64Array.from({ length: count }, (_, row) => codes[2 * row + i]!), values).toFixed(2));
  console.log(`Correlation of ${attribute.name} with code 1: ${r[0]}, with code 2: ${r[1]}.`);
}

// Traversals: ten samples, one a line, of which one code varies; the others and the noise stay.
const rows = 10;
const noise = (await drawFrom(gaussian(16), rows)).fields.noise;
const inOrder = Array.from({ length: 10 }, (_, digit) => matching.indexOf(digit));
const from = { noise, category1: inOrder, codes: new Float32Array(2 * rows) };
const values = Array.from({ length: 11 }, (_, i) => -2 + 0.4 * i);
const draw = async (file: string, given: ReturnType<typeof traverse>, columns: number): Promise<void> =>
  writeGrid(join(directory, file), await generate({ checkpoint: directory, count: rows * columns, given, backend }), { columns });
await draw("category.png", traverse({ from, rows, field: "category1", values: inOrder }), 10);
for (const coordinate of [0, 1]) await draw(`code${coordinate + 1}.png`, traverse({ from, rows, field: "codes", coordinate, values }), values.length);
console.log(`Pictures: ${directory}/category.png, code1.png, code2.png`);
