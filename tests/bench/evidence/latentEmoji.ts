/** What the latent space of an emoji generator holds: hue and area apart, and the arithmetic of roles. */
import { openEmoji, usualEmoji, emojiSize } from "../../../examples/emojiGenerator.ts";
import {
  area, drawFrom, emoji, hue, invert, latentAnalogy, moveAlong, samplesAt, type OpenGenerator,
} from "../../../src/index.ts";
import { mean, projectionOf, writeRows } from "./latentEffects.ts";
import type { Bench, Measured } from "./table.ts";

export const emojiRounds = usualEmoji.rounds;

/** Everyday jobs that are drawn as a man and as a woman. */
const roles = ["artist", "cook", "farmer", "firefighter", "health-worker", "mechanic", "scientist", "teacher"];
const pixels = emojiSize * emojiSize * 3;
/** Random moves the arithmetic is compared with. */
export const controls = 20;

/** The generator of examples/51_arithmetic.ts, trained where it is not there yet. */
export async function emojiLatents(bench: Bench, seed: number): Promise<Measured> {
  const generator = await openEmoji({ directory: `${bench.folder}/checkpoints`, rounds: emojiRounds, seed, backend: bench.backend });
  const picture = (name: string): string | undefined => (seed === 1 ? bench.picture(name) : undefined);
  try {
    const apart = await projectionOf(generator, await generator.latents(32, { seed }), [hue(), area({ background: "white" })], picture("projection-emoji"));
    return { ...apart, ...(await arithmetic(generator, seed, picture("arithmetic"))) };
  } finally {
    await generator.close();
  }
}

/** man with a role − the other men + the other women: how far what it changes is what the drawings of man and woman differ in. */
async function arithmetic(generator: OpenGenerator, seed: number, picture: string | undefined): Promise<Measured> {
  const [men, women] = [await drawn("man"), await drawn("woman")];
  const [ofMen, ofWomen] = [await inverted(generator, men, seed), await inverted(generator, women, seed)];
  const { latentSize } = generator;
  const without = (rows: Float32Array, left: number): number[] => [...rows].filter((_, i) => Math.floor(i / latentSize) !== left);
  const answers = roles.flatMap((_, i) => [
    ...latentAnalogy({ from: ofMen.subarray(i * latentSize, (i + 1) * latentSize), minus: without(ofMen, i), plus: without(ofWomen, i) }, latentSize),
  ]);
  const [from, to] = [await samplesAt(generator, ofMen), await samplesAt(generator, answers)];
  const asked = women.map((value, i) => value - men[i]!);
  const along = (after: Float32Array): number => mean(roles.map((_, i) => cosine(after.map((value, j) => value - from.values[j]!), asked, i)));
  // Moves as long, to anywhere.
  const length = Math.sqrt(mean(answers.map((value, i) => (value - ofMen[i]!) ** 2)) * latentSize);
  const random: number[] = [];
  for (let i = 0; i < controls; i++) {
    const direction = await generator.latents(1, { seed: seed + 500 + i });
    const unit = direction.map((value) => value / Math.hypot(...direction));
    random.push(along((await samplesAt(generator, moveAlong(ofMen, unit, length))).values));
  }
  if (picture !== undefined) {
    await writeRows(picture, [{ ...from, values: men }, { ...from, values: women }, from, await samplesAt(generator, ofWomen), to], roles.length);
  }
  return { along: along(to.values), alongRandom: mean(random), alongRandomMost: Math.max(...random) };
}

async function drawn(who: "man" | "woman"): Promise<Float32Array> {
  const names = roles.map((role) => `${who}-${role}`);
  const source = emoji({ styles: ["noto"], names, size: emojiSize, batchSize: names.length, split: "all", shuffle: false });
  return (await drawFrom(source, names.length)).fields.samples as Float32Array;
}

async function inverted(generator: OpenGenerator, drawings: Float32Array, seed: number): Promise<Float32Array> {
  return (await invert(generator, drawings, { restarts: 8, prior: 1e-2, seed })).latents;
}

/** Of one row of pixels. */
function cosine(a: Float32Array, b: Float32Array, row: number): number {
  let [both, ofA, ofB] = [0, 0, 0];
  for (let i = row * pixels; i < (row + 1) * pixels; i++) {
    both += a[i]! * b[i]!;
    ofA += a[i]! ** 2;
    ofB += b[i]! ** 2;
  }
  return both / Math.sqrt(ofA * ofB);
}
