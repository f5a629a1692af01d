import { vae } from "../../../plugins/vae/vae.ts";
import {
  adam, area, attributeValues, autoencoder, autoencoding, bernoulli, classCoverage, compareSpaces, digitClassifier, digits, directionEffects, distanceForGain, drawFrom, folder, invert,
  judgeSamples, leakyRelu, mlp, moveAlong, openGenerator, pairLatents, projectedDirection, regressionDirection, rescaled, samplesAt, slant, step, strokeWidth, tf, train$, walkAttribute,
  type ImageAttribute, type LatentModel, type LatentSamples, type OpenGenerator,
} from "../../../src/index.ts";
import { exploredRounds as rounds, openTrained, sharedFolder, toItsEnd } from "./exploredModels.ts";
import { controls, emojiLatents, emojiRounds } from "./latentEmoji.ts";
import { gainOf, mean, meanSquare, projectionOf, sideEffects, writeRows } from "./latentEffects.ts";
import type { Bench, Job, Measured, Table } from "./table.ts";

const seeds = [1, 2, 3];
const attributes: readonly ImageAttribute[] = [slant(), strokeWidth(), area()];

/** By the judge: the share of samples that are of the same class as these. */
async function keptClasses(originals: Float32Array): Promise<(samples: LatentSamples) => Promise<number>> {
  const judge = await digitClassifier();
  const classesOf = async (values: Float32Array): Promise<ArrayLike<number>> => classCoverage(await judgeSamples(judge, values)).predictions;
  const was = await classesOf(originals);
  return async ({ values }) => mean(Array.from(await classesOf(values), (digit, i) => Number(digit === was[i])));
}

/** Each attribute's direction, fitted to the generator's own samples. */
async function directionsOf(generator: OpenGenerator, seed: number): Promise<readonly Float64Array[]> {
  const latents = await generator.latents(2000, { seed: seed + 100 });
  const samples = await samplesAt(generator, latents);
  return attributes.map((attribute) => regressionDirection(latents, attributeValues(attribute, samples)).direction);
}

async function projection(bench: Bench, seed: number): Promise<Measured> {
  const generator = await openTrained(bench, "dcgan", seed);
  try {
    const latents = await generator.latents(64, { seed });
    const figures = await projectionOf(generator, latents, attributes, seed === 1 ? bench.picture("projection") : undefined);
    // Straight lines, for the attribute that is linear enough for both to reach the same gain.
    const [target] = attributes;
    const [direction, ...others] = await directionsOf(generator, seed);
    const before = await samplesAt(generator, latents);
    const straight = async (along: Float64Array): Promise<number> => {
      const distance = await distanceForGain(generator, latents, along, target!, 1);
      return sideEffects(target!, attributes, before, await samplesAt(generator, moveAlong(latents, along, distance))).others;
    };
    return { ...figures, straight: await straight(direction!), straightProjected: await straight(projectedDirection(direction!, others)) };
  } finally {
    await generator.close();
  }
}

async function editing(bench: Bench, seed: number): Promise<Measured> {
  const generator = await openTrained(bench, "dcgan", seed);
  try {
    const count = 32;
    const judge = await digitClassifier();
    const real = (await drawFrom(digits({ batchSize: count, split: "test" }), count, { seed })).fields.samples as Float32Array;
    const { latents } = await invert(generator, real, { restarts: 8, prior: 2e-3, features: (images) => judge.classify(images).features, featureWeight: 0.01, seed });
    const inverted = await samplesAt(generator, latents);
    const [direction] = await directionsOf(generator, seed);
    const own = await generator.latents(128, { seed: seed + 200 });
    const distance = await distanceForGain(generator, own, direction!, slant(), 1);
    const { deviation } = (await directionEffects(generator, own, direction!, distance, [slant()]))[0]!;
    const straight = await samplesAt(generator, moveAlong(latents, direction!, distance));
    const walked = await samplesAt(generator, await walkAttribute(generator, latents, { target: slant(), change: deviation, held: [strokeWidth(), area()], steps: 6 }));
    // As far in directions of no meaning: what of identity any move of that length costs.
    const noise = await generator.latents(1, { seed: seed + 300 });
    const unit = Array.from(noise, (value) => value / Math.sqrt(noise.length * meanSquare(noise, noise.map(() => 0))));
    const random = await samplesAt(generator, moveAlong(latents, unit, distance));

    const kept = await keptClasses(real);
    if (seed === 1) await writeRows(bench.picture("editing"), [{ ...inverted, values: real }, inverted, straight, walked, random], 16);
    return {
      keptInverted: await kept(inverted),
      keptStraight: await kept(straight),
      keptWalked: await kept(walked),
      keptRandom: await kept(random),
      pixelsInverted: meanSquare(inverted.values, real),
      pixelsStraight: meanSquare(straight.values, real),
      pixelsWalked: meanSquare(walked.values, real),
      gainStraight: gainOf(slant(), inverted, straight, deviation),
      gainWalked: gainOf(slant(), inverted, walked, deviation),
    };
  } finally {
    await generator.close();
  }
}

/** A decoder of the same number of latents, trained to reconstruct: the mean of its Bernoullis, moved to the digits' range. */
async function variational(bench: Bench, seed: number): Promise<Counterpart> {
  const directory = sharedFolder(bench, "vae", seed);
  const { backend } = bench;
  const playing = autoencoding({
    data: rescaled(digits({ batchSize: 128 }), [0, 1]),
    networks: autoencoder({ codes: 16, encoder: { widths: [400] }, decoder: { widths: [400] } }),
    likelihood: bernoulli(),
    optimizer: adam({ learningRate: 1e-3 }),
    checkpoints: folder(directory, { every: 250, keep: 1 }),
    rounds,
    seed,
    backend,
  });
  await toItsEnd(train$(playing, vae(), step("reconstruction")));
  const decoder = await openGenerator(directory, { backend, network: "decoder", latent: "codes" });
  return { model: { ...decoder, range: [-1, 1], generate: (latents) => tf.sub(tf.mul(decoder.generate(latents), 2), 1) }, close: () => decoder.close() };
}

interface Counterpart {
  readonly model: LatentModel;
  close(): Promise<void>;
}

/** The generators whose spaces are compared with the quick start's, by what differs. */
const counterparts: Readonly<Record<string, (bench: Bench, seed: number) => Promise<Counterpart>>> = {
  "spaces, training run": (bench, seed) => counterpart(openTrained(bench, "dcgan", (seed % seeds.length) + 1)),
  "spaces, architecture": (bench, seed) =>
    counterpart(openTrained(bench, "mlp", seed, mlp({ generator: { widths: [128, 256], activation: leakyRelu() }, discriminator: { widths: [256, 128] } }))),
  "spaces, learning objective": variational,
};

async function counterpart(opening: Promise<OpenGenerator>): Promise<Counterpart> {
  const model = await opening;
  return { model, close: () => model.close() };
}

async function spaces(bench: Bench, row: string, seed: number): Promise<Measured> {
  const first = await openTrained(bench, "dcgan", seed);
  const { model: second, close } = await counterparts[row]!(bench, seed);
  try {
    const supports = [16, 64, 256];
    const [largest, heldOut, ridge] = [256, 64, 16];
    const latents = await first.latents(largest + heldOut, { seed });
    const pairs = await pairLatents(first, second, latents, { restarts: 3, steps: 150, prior: 1e-2, seed });
    const compared = compareSpaces(pairs, { supports, heldOut, ridge, seed });
    const figures: Record<string, number> = {};
    for (const { support, error, shuffledError } of compared) Object.assign(figures, { [`error${support}`]: error, [`shuffled${support}`]: shuffledError });
    // In pixels on the held-out pairs, beside what inversion itself leaves.
    const { map, shuffledMap } = compared.at(-1)!;
    const shown = latents.subarray(largest * first.latentSize);
    const original = await samplesAt(first, shown);
    const inverted = await samplesAt(second, pairs.to.subarray(largest * second.latentSize));
    const mapped = await samplesAt(second, map.apply(shown));
    const shuffled = await samplesAt(second, shuffledMap.apply(shown));
    if (seed === 1) await writeRows(bench.picture(row.replaceAll(/\W+/g, "-")), [original, inverted, mapped, shuffled], 16);
    const same = await keptClasses(original.values);
    return {
      ...figures,
      keptInverted: await same(inverted),
      keptMapped: await same(mapped),
      keptShuffled: await same(shuffled),
      pixelsInverted: meanSquare(inverted.values, original.values),
      pixelsMapped: meanSquare(mapped.values, original.values),
      pixelsShuffled: meanSquare(shuffled.values, original.values),
    };
  } finally {
    await first.close();
    await close();
  }
}

const rowsOf: Readonly<Record<string, (bench: Bench, seed: number) => Promise<Measured>>> = {
  "projection": projection,
  "emoji": emojiLatents,
  "editing": editing,
  ...Object.fromEntries(Object.keys(counterparts).map((row) => [row, (bench: Bench, seed: number) => spaces(bench, row, seed)])),
};

export const latent: Table = {
  name: "latent",
  title: "Latent space",
  about: `
Generators of the quick start (DCGAN, 16 latent numbers, ${rounds} rounds of 32 digits, averaged weights), explored with the tools of \`src/latent\`.

**Projection.** 64 digits are moved until slant, stroke width or area has grown by one standard deviation; *others* is the mean
absolute change of the other two attributes, in their deviations, for each deviation of the target, averaged over the three
targets, each with a gain of about one. Emoji: hue and area of 32 samples of \`examples/51_arithmetic.ts\`'s generator (noto's people at 32 px, ${emojiRounds} rounds). *Free* follows the target's own slope; *held* has the others' slopes projected off. Asked for: held at most half of
free. For slant also along a straight line, with and without the others' directions projected off: these directions of a
generator that bends share little on average, and a global projection has next to nothing to take away. *Straight*, too, is
others per deviation.

**Editing.** 32 test digits inverted (8 starts, pixels and the judge's features), then given one more deviation of slant. *Kept*:
share whose class, by the judge, is the real digit's; *random* is a move of the same length in a direction of no meaning.

**Arithmetic** in the row of emoji, eight roles: man with the role − the other men + the other women, each inverted from its
drawing; *along* is the cosine, in pixels, of what that changes with what the drawings of woman and man differ in, beside the mean and
the largest of ${controls} random moves of the same length.

**Spaces.** A linear map (ridge 16) from a support set of 16, 64 and 256 pairs z ↔ z', z' the second generator's inversion of what the
first makes of z; *missed* is the share of variance on 64 held-out pairs that it does not explain, *shuffled* the same from
256 pairs put together at random. On the held-out pairs also the share of mapped samples that are of the original's class, and
the mean squared distance of pixels. The second generator is another run of the first (another seed), another architecture (an
MLP), or another learning objective (the decoder of a VAE).`,
  msPerRound: 60,
  columns: [
    { figure: "straight", heading: "slant, others: straight", digits: 2 },
    { figure: "straightProjected", heading: "projected", digits: 2 },
    { figure: "free", heading: "others: free", digits: 2 },
    { figure: "held", heading: "held", digits: 3 },
    { figure: "worstRatio", heading: "worst held / free", digits: 2 },
    { figure: "freeGain", heading: "gain: free", digits: 2 },
    { figure: "heldGain", heading: "held", digits: 2 },
    { figure: "along", heading: "arithmetic: along", digits: 2 },
    { figure: "alongRandom", heading: "random", digits: 2 },
    { figure: "alongRandomMost", heading: "largest", digits: 2 },
    { figure: "keptInverted", heading: "kept: inverted", digits: 2 },
    { figure: "keptStraight", heading: "straight edit", digits: 2 },
    { figure: "keptWalked", heading: "others held", digits: 2 },
    { figure: "keptRandom", heading: "random", digits: 2 },
    { figure: "error16", heading: "missed: 16", digits: 2 },
    { figure: "error64", heading: "64", digits: 2 },
    { figure: "error256", heading: "256", digits: 2 },
    { figure: "shuffled256", heading: "shuffled", digits: 2 },
    { figure: "keptMapped", heading: "kept: mapped", digits: 2 },
    { figure: "keptShuffled", heading: "shuffled", digits: 2 },
    { figure: "pixelsInverted", heading: "pixels: inverted", digits: 3 },
    { figure: "pixelsMapped", heading: "mapped", digits: 3 },
    { figure: "pixelsShuffled", heading: "shuffled", digits: 3 },
  ],
  jobs: Object.entries(rowsOf).flatMap(([row, measure]) =>
    seeds.map((seed): Job => ({
      row,
      seed,
      rounds: row === "emoji" ? emojiRounds : rounds,
      reduced: "quick-start networks and rounds in place of ones trained to the end",
      run: (bench) => measure(bench, seed),
    })),
  ),
};
