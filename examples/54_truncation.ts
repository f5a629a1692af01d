/**
 * The truncation trick: nearer to the origin samples are more typical and more alike, as far as the generator goes along with
 * it. This one was shown latents of length √16 only, and fades out well before the origin.
 *
 *     bun examples/54_truncation.ts
 *     deno run -A examples/54_truncation.ts --seed 5
 *
 * Explores the generator of 20_digits.ts, and trains it first where it is not there.
 */
import { join } from "node:path";
import { classCoverage, digitClassifier, judgeSamples, samplesAt, truncateLatents, writeGrid } from "saddlepoint";
import { failed, readOptions } from "./commandLine.ts";
import { openDigits, usualDigits } from "./digitsGenerator.ts";

const options = readOptions(usualDigits);
const generator = await openDigits(options).catch(failed);
const latents = await generator.latents(500, { seed: options.seed });
const judge = await digitClassifier();

const columns = 16;
const rows: number[] = [];
for (const psi of [1, 0.9, 0.8, 0.7, 0.6, 0.5]) {
  const samples = await samplesAt(generator, truncateLatents(latents, generator.latentSize, { psi }));
  const { meanConfidence, entropy } = spread(classCoverage(await judgeSamples(judge, samples.values)));
  console.log(`psi ${psi.toFixed(1)}: the judge is ${(100 * meanConfidence).toFixed(1)} % sure; classes spread over ${entropy.toFixed(2)} of ln 10 = 2.30 nats`);
  rows.push(...samples.values.subarray(0, columns * 784));
}
await writeGrid(
  join(options.directory, "truncation.png"),
  { count: rows.length / 784, shape: generator.shape, range: [-1, 1], values: Float32Array.from(rows) },
  { columns },
);
console.log(`In ${options.directory}: truncation.png (the same latents in each row, from psi 1 down to 0.5)`);
await generator.close();

/** Entropy of the predicted classes, and how sure the judge is. */
function spread({ predictions, meanConfidence }: { readonly predictions: ArrayLike<number>; readonly meanConfidence: number }) {
  const counts = new Map<number, number>();
  for (const digit of Array.from(predictions)) counts.set(digit, (counts.get(digit) ?? 0) + 1);
  const entropy = [...counts.values()].reduce((sum, count) => sum - (count / predictions.length) * Math.log(count / predictions.length), 0);
  return { meanConfidence, entropy };
}
