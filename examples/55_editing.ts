/**
 * Editing real digits: test digits the generator never saw are inverted, moved towards more and less slant with stroke width
 * and area held, and generated. The judge tells whether a digit is still the digit it was.
 *
 *     bun examples/55_editing.ts
 *     deno run -A examples/55_editing.ts --seed 5
 *
 * Explores the generator of 20_digits.ts, and trains it first where it is not there.
 */
import { join } from "node:path";
import {
  area, attributeValues, classCoverage, digitClassifier, digits, drawFrom, editImages, effectOn, judgeSamples, regressionDirection, samplesAt, slant, strokeWidth, walkAttribute,
  writeGrid, type LatentSamples,
} from "saddlepoint";
import { failed, readOptions } from "./commandLine.ts";
import { openDigits, usualDigits } from "./digitsGenerator.ts";

const options = readOptions(usualDigits);
const generator = await openDigits(options).catch(failed);
const isTrial = options.rounds < 100;
const count = 16;
const test = digits({ batchSize: count, split: "test" });
const { samples } = (await drawFrom(test, count, { seed: options.seed })).fields;
const real = samples as Float32Array;
const judge = await digitClassifier();

// A direction of slant, from the generator's own samples.
const latents = await generator.latents(isTrial ? 50 : 1000, { seed: options.seed });
const { direction } = regressionDirection(latents, attributeValues(slant(), await samplesAt(generator, latents)));

const { inversion, reconstructed, edited } = await editImages(
  generator,
  real,
  [{ direction, distance: -1 }, { direction, distance: 1 }],
  { restarts: isTrial ? 1 : 8, steps: isTrial ? 5 : 200, prior: 2e-3, features: (images) => judge.classify(images).features, featureWeight: 0.01, seed: options.seed },
);
const { deviation } = effectOn(slant(), reconstructed, reconstructed);
const held = [strokeWidth(), area()];
const walked = await samplesAt(generator, await walkAttribute(generator, inversion.latents, { target: slant(), change: deviation, held, steps: isTrial ? 1 : 6 }));

const digitsOf = async ({ values }: LatentSamples): Promise<ArrayLike<number>> => classCoverage(await judgeSamples(judge, values)).predictions;
const shown = { ...reconstructed, values: real };
const was = await digitsOf(shown);
const tell = async (name: string, after: LatentSamples): Promise<void> => {
  const is = await digitsOf(after);
  const kept = Array.from(is).filter((digit, i) => digit === was[i]).length;
  let distance = 0;
  for (let i = 0; i < after.values.length; i++) distance += (after.values[i]! - real[i]!) ** 2 / after.values.length;
  const { gain } = effectOn(slant(), reconstructed, after);
  console.log(`${name.padEnd(24)} ${kept} of ${count} are the digits they were; ${distance.toFixed(3)} from the real ones; slant ${gain.toFixed(2)} deviations more`);
};
await tell("inverted", reconstructed);
await tell("moved along slant", edited[1]!);
await tell("walked, others held", walked);

const rows = [shown, reconstructed, edited[0]!, edited[1]!, walked];
const values = Float32Array.from(rows.flatMap((row) => [...row.values]));
await writeGrid(join(options.directory, "editing.png"), { ...reconstructed, count: count * rows.length, values }, { columns: count });
console.log(`In ${options.directory}: editing.png (real, inverted, less slant, more slant, more slant with stroke width and area held)`);
await generator.close();
