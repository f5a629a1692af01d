/**
 * Directions of attributes: slant, stroke width and area of digits, hue and area of emoji, by linear separators, and what
 * moving along one does to the others, before and after projecting their directions off: straight lines for all latents, then
 * point by point.
 *
 *     bun examples/52_directions.ts
 *     deno run -A examples/52_directions.ts --data emoji
 *
 * Explores the generator of 20_digits.ts or 51_arithmetic.ts, and trains it first where it is not there.
 */
import { join } from "node:path";
import {
  area, attributeChange, attributeValues, effectOn, hue, moveAlong, projectedDirection, samplesAt, separatingDirection, slant, strokeWidth, walkAttribute, writeGrid, type LatentSamples,
} from "saddlepoint";
import { failed, readOptions } from "./commandLine.ts";
import { openDigits, usualDigits } from "./digitsGenerator.ts";
import { openEmoji, usualEmoji } from "./emojiGenerator.ts";

const given = readOptions(usualDigits, { data: ["digits", "emoji"] });
const isUsual = given.directory === usualDigits.directory;
const options = given.data === "emoji" && isUsual ? { ...given, directory: usualEmoji.directory } : given;
const generator = await (given.data === "emoji" ? openEmoji(options) : openDigits(options)).catch(failed);
const attributes = given.data === "emoji" ? [hue(), area({ background: "white" })] : [slant(), strokeWidth(), area()];

// A plane between the half that leans more and the half that leans less, and so for the others.
const isTrial = options.rounds < 100;
const learnt = await generator.latents(isTrial ? 100 : 1000, { seed: options.seed });
const samples = await samplesAt(generator, learnt);
const directions = attributes.map((attribute) => {
  const found = attributeValues(attribute, samples);
  // From the first one's, since a hue has no beginning.
  const values = found.map((value) => attributeChange(attribute, found[0]!, value));
  const median = [...values].sort((a, b) => a - b)[values.length / 2]!;
  const { direction, accuracy } = separatingDirection(learnt, [...values].map((value) => value > median));
  console.log(`${attribute.name}: a plane parts more from less in ${(100 * accuracy).toFixed(0)} % of ${values.length} latents`);
  return direction;
});

// Four steps to each side of the middle one, along each direction.
const columns = 9;
const shown = await generator.latents(3, { seed: options.seed + 1 });
const ways = directions.flatMap((direction) =>
  [0, 1, 2].flatMap((i) => {
    const z = shown.subarray(i * generator.latentSize, (i + 1) * generator.latentSize);
    return Array.from({ length: columns }, (_, column) => [...moveAlong(z, direction, (column - 4) * 0.6)]).flat();
  }),
);
await writeGrid(join(options.directory, "directions.png"), await samplesAt(generator, ways), { columns });

// Side effects on fresh latents, in standard deviations.
const fresh = await generator.latents(isTrial ? 16 : 32, { seed: options.seed + 2 });
const before = await samplesAt(generator, fresh);
const tell = (name: string, after: LatentSamples): void => {
  const effects = attributes.map((attribute) => effectOn(attribute, before, after));
  console.log(`  ${name.padEnd(22)} ${effects.map(({ attribute, gain, absolute }) => `${attribute} ${gain.toFixed(2)} (±${absolute.toFixed(2)})`).join(", ")}`);
};
const steps = isTrial ? 1 : 6;
const rows: LatentSamples[] = [before];
for (const [i, target] of attributes.entries()) {
  const held = attributes.filter((_, j) => j !== i);
  console.log(`towards more ${target.name}:`);
  tell("along its direction", await samplesAt(generator, moveAlong(fresh, directions[i]!, 1)));
  tell("projected", await samplesAt(generator, moveAlong(fresh, projectedDirection(directions[i]!, directions.filter((_, j) => j !== i)), 1)));
  const { deviation } = effectOn(target, before, { ...before, values: before.values.slice() });
  tell("its slope", await samplesAt(generator, await walkAttribute(generator, fresh, { target, change: deviation, steps })));
  rows.push(await samplesAt(generator, await walkAttribute(generator, fresh, { target, change: deviation, held, steps })));
  tell("slope, others held", rows.at(-1)!);
}
const first = (16 * before.values.length) / before.count;
const values = Float32Array.from(rows.flatMap((row) => [...row.values.subarray(0, first)]));
await writeGrid(join(options.directory, "projected.png"), { ...before, count: 16 * rows.length, values }, { columns: 16 });
console.log(`In ${options.directory}: directions.png (three samples along each of ${attributes.map(({ name }) => name).join(", ")}), projected.png (samples, then more of each with the others held)`);
await generator.close();
