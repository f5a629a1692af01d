import {
  attributeValues, birthdayTest, closestPair, digitClassifier, digits, discriminatorFeatures, drawFrom, fewLabelAccuracy, generate, judgeSamples, memorisation, ridgeProbe, slant,
  type Features,
} from "../../../src/index.ts";
import { exploredRounds, trainedFolder } from "./exploredModels.ts";
import type { Bench, Job, Measured, Table } from "./table.ts";

const seeds = [1, 2, 3];
const count = 2_000;
const labelsPerClass = 10;

interface Digits {
  readonly values: Float32Array;
  readonly labels: Int32Array;
}

/** Shuffled, so that they are of all hands. */
async function drawn(split: "train" | "test", seed: number): Promise<Digits> {
  const { fields } = await drawFrom(digits({ split, batchSize: count }), count, { seed });
  return { values: fields.samples as Float32Array, labels: fields.labels as Int32Array };
}

const pixelsOf = ({ values }: Digits): Features => ({ features: values, featureSize: 784 });

/** What a linear probe reads from a representation: the digit from few labels, and slant from all of them. */
function probed([training, test]: readonly [Features, Features], [ofTraining, ofTest]: readonly [Digits, Digits]): { readonly digit: number; readonly slant: number } {
  const { accuracy } = fewLabelAccuracy({ features: training, labels: ofTraining.labels }, { features: test, labels: ofTest.labels }, { labelsPerClass, classes: 10 });
  const [leans, asked] = [ofTraining, ofTest].map(({ values }) => attributeValues(slant(), { count, shape: [28, 28, 1], range: [-1, 1], values })) as [Float64Array, Float64Array];
  const found = ridgeProbe(training, leans, 10).predict(test);
  const mean = asked.reduce((sum, value) => sum + value / count, 0);
  const missed = asked.reduce((sum, value, i) => sum + (value - found[i]!) ** 2, 0) / asked.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { digit: 100 * accuracy, slant: 1 - missed };
}

async function play(seed: number, bench: Bench): Promise<Measured> {
  const checkpoint = await trainedFolder(bench, "dcgan", seed);
  const untrained = await trainedFolder(bench, "dcgan-one-round", seed, undefined, 1);
  const sets = [await drawn("train", seed), await drawn("test", seed)] as const;
  const featuresOf = async (folder: string): Promise<readonly [Features, Features]> => {
    const network = await discriminatorFeatures(folder);
    return [await judgeSamples(network, sets[0].values), await judgeSamples(network, sets[1].values)];
  };
  const [learnt, control, pixels] = [probed(await featuresOf(checkpoint), sets), probed(await featuresOf(untrained), sets), probed([pixelsOf(sets[0]), pixelsOf(sets[1])], sets)];

  const judge = await digitClassifier();
  const { values } = await generate({ checkpoint, count, backend: bench.backend, seed });
  const [generated, training, heldOut] = [await judgeSamples(judge, values), await judgeSamples(judge, sets[0].values), await judgeSamples(judge, sets[1].values)];
  // As near as two of the held-out digits come by chance: of these one pair is as near, by definition.
  const { distance: within } = closestPair(heldOut);
  return {
    digit: learnt.digit, digitUntrained: control.digit, digitPixels: pixels.digit,
    slant: learnt.slant, slantUntrained: control.slant, slantPixels: pixels.slant,
    pairs: birthdayTest(generated, { within }).pairChance * ((count * (count - 1)) / 2),
    pairsTraining: birthdayTest(training, { within }).pairChance * ((count * (count - 1)) / 2),
    copying: memorisation(generated, training, heldOut).closer,
  };
}

/** What a run leaves besides samples: the discriminator's features; and whether the samples repeat themselves or the data. */
export const afterwards: Table = {
  name: "afterwards",
  title: "After the run: what the discriminator knows, and whether samples repeat",
  about: `
The quick start's DCGAN (${exploredRounds} rounds of 32 digits). **The discriminator is not thrown away**: features after its activations, max-pooled to 4 × 4 (Radford
et al. 2016, section 5.1), beside those of one that was trained for one round and the raw pixels. "Digit": test accuracy of a linear classifier from
${labelsPerClass} labels of each class, mean of three draws; "slant": R² of a ridge regression from ${count} digits. Published, of CIFAR-10 from all labels: 82.8 %, and
SVHN from 1,000 labels 77.5 %.

**Birthday test** (Arora and Zhang 2017): pairs among ${count} generated digits nearer to each other, in digitClassifier's features, than any two of ${count} test digits are;
beside it the same of training digits. **Copying**: the chance that a generated digit is nearer to one of ${count} training digits than a test digit is; 0.5 of a
model that generalises, 1 of one that copies, and below 0.5 of one that does not reach the data.`,
  msPerRound: 50,
  columns: [
    { figure: "digit", heading: "digit, %", digits: 1 },
    { figure: "digitUntrained", heading: "untrained", digits: 1 },
    { figure: "digitPixels", heading: "pixels", digits: 1 },
    { figure: "slant", heading: "slant, R²", digits: 2 },
    { figure: "slantUntrained", heading: "untrained", digits: 2 },
    { figure: "slantPixels", heading: "pixels", digits: 2 },
    { figure: "pairs", heading: "pairs", digits: 1 },
    { figure: "pairsTraining", heading: "of training digits", digits: 1 },
    { figure: "copying", heading: "copying", digits: 2 },
  ],
  jobs: seeds.map((seed): Job => ({ row: "DCGAN", seed, rounds: exploredRounds, run: (bench) => play(seed, bench) })),
};
