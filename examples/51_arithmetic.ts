/**
 * Vector arithmetic on emoji, as the paper's smiling woman: men at work − men + women. Each of the three is the mean of a few
 * exemplars, found by inverting the drawings in a generator of people.
 *
 *     bun examples/51_arithmetic.ts
 *     deno run -A examples/51_arithmetic.ts --rounds 6000
 *
 * The generator is trained first where it is not there. Below each role: the man and the woman as they are drawn, both as the
 * generator makes them, and the man with the role, minus the mean of the other men, plus the mean of the other women.
 */
import { join } from "node:path";
import { averageLatent, drawFrom, emoji, invert, latentAnalogy, samplesAt, writeGrid } from "saddlepoint";
import { failed, readOptions } from "./commandLine.ts";
import { emojiSize, openEmoji, usualEmoji } from "./emojiGenerator.ts";

const options = readOptions(usualEmoji);
const generator = await openEmoji(options).catch(failed);

// In alphabetical order, as the source answers.
const roles = ["artist", "cook", "farmer", "firefighter", "health-worker", "mechanic", "scientist", "teacher"];
const pictured = async (names: readonly string[]): Promise<Float32Array> => {
  const source = emoji({ styles: ["noto"], names, size: emojiSize, batchSize: names.length, split: "all", shuffle: false });
  return (await drawFrom(source, names.length)).fields.samples as Float32Array;
};
const exemplars = async (names: readonly string[]): Promise<{ readonly drawings: Float32Array; readonly latents: Float32Array }> => {
  const drawings = await pictured(names);
  // Few rounds are a trial of the example itself, and need no good inversion.
  const { latents } = await invert(generator, drawings, { restarts: 4, steps: options.rounds < 100 ? 5 : 200, prior: 1e-3, seed: options.seed });
  return { drawings, latents };
};
const { latentSize } = generator;
const size = emojiSize * emojiSize * 3;
const men = await exemplars(roles.map((role) => `man-${role}`));
const women = await exemplars(roles.map((role) => `woman-${role}`));

/** All rows but one: what men have in common must not be learnt from the man it is taken from. */
const without = (rows: Float32Array, left: number): number[] => [...rows].filter((_, i) => Math.floor(i / latentSize) !== left);
const answers = roles.flatMap((_, i) => [
  ...latentAnalogy({ from: men.latents.subarray(i * latentSize, (i + 1) * latentSize), minus: without(men.latents, i), plus: without(women.latents, i) }, latentSize),
]);
const made = await samplesAt(generator, [...men.latents, ...women.latents, ...answers]);
const means = await samplesAt(generator, [...averageLatent(men.latents, latentSize), ...averageLatent(women.latents, latentSize)]);

const count = 5 * roles.length;
const values = Float32Array.from([...men.drawings, ...women.drawings, ...made.values]);
await writeGrid(join(options.directory, "arithmetic.png"), { ...made, count, values }, { columns: roles.length });
await writeGrid(join(options.directory, "mean-man-and-woman.png"), means, { columns: 2 });

// How near the answer comes to the woman's own picture in the generator, beside the man it started from.
const distance = (a: number, b: number): number => {
  let sum = 0;
  for (let i = 0; i < size * roles.length; i++) sum += (made.values[a * size * roles.length + i]! - made.values[b * size * roles.length + i]!) ** 2;
  return sum / (size * roles.length);
};
console.log(`Mean squared distance to the woman of the role: from the man ${distance(0, 1).toFixed(3)}, from man with role − man + woman ${distance(2, 1).toFixed(3)}.`);
console.log(`In ${options.directory}: arithmetic.png (men, women, both inverted, man − men + women), mean-man-and-woman.png`);
await generator.close();
