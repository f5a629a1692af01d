/**
 * The recipe of the judge's weights: `bun tests/bench/trainJudge.ts [file]` trains the digit classifier on MNIST as a game
 * of one player (about 4 minutes on wasm), prints its accuracy on the 10,000 test digits, and writes the file, unless told
 * src/evaluation/digitClassifier.safetensors. The SHA-256 it prints belongs into src/evaluation/digitClassifier.ts.
 * Seeded, so the same kernels give the same bits; other kernels round otherwise and give another file of the same worth.
 *
 * The test digits choose nothing: the settings are a first guess, kept. The committed weights tell 99.43 % of them right.
 */
import { writeFile } from "node:fs/promises";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { classCoverage } from "../../src/evaluation/classCoverage.ts";
import { digitClassifierFrom, digitPlan } from "../../src/evaluation/digitClassifier.ts";
import { judgeSamples } from "../../src/evaluation/judgeSamples.ts";
import { digits } from "../../src/sources/digits.ts";
import { drawFrom } from "../../src/sources/drawFrom.ts";
import { shifted, trainClassifier } from "./trainClassifier.ts";

const path = process.argv[2] ?? fileURLToPath(new URL("../../src/evaluation/digitClassifier.safetensors", import.meta.url));
const batchSize = 128;

const file = await trainClassifier(digitPlan, {
  data: shifted(digits({ batchSize, pad: 32 }), 28, 1, 2),
  rounds: 5_000,
  learningRate: 3e-3,
  decay: 0.02,
});
const judge = digitClassifierFrom(file);

for (const split of ["train", "test"] as const) {
  const count = split === "train" ? 60_000 : 10_000;
  const { fields } = await drawFrom(digits({ split, batchSize, shuffle: false }), count);
  const { predictions } = classCoverage(await judgeSamples(judge, fields["samples"] as Float32Array));
  const right = predictions.filter((digit, row) => digit === fields["labels"]![row]).length;
  console.log(`${split} accuracy ${right / count} (${right} of ${count})`);
  if (right < 0.99 * count) throw new Error(`the judge must tell 99 % of the ${split} digits right; nothing is written`);
}
await writeFile(path, file);
console.log(`${file.length} bytes, SHA-256 ${judge.hash}`);
