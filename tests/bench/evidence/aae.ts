import { aae, noisyCodes, semiSupervised, supervisedStyle } from "../../../plugins/aae/aae.ts";
import {
  adam, array, autoencoder, autoencoding, averageWeights, bernoulli, classCoverage, cosineSchedule, digitClassifier, digits, discriminatorStep, drawFrom, folder, gaussian, generate, gradientPenalty,
  judgeSamples, linearSchedule, mixture, nonSaturating, r1, rescaled, step, swissRoll, trainUnordered$, wasserstein, writeGrid, writeScatter, type AnyPlugin, type Game, type Generated, type Objective, type Point, type Source,
} from "../../../src/index.ts";
import { digitComponents } from "./digitComponents.ts";
import { distanceToPrior, everyFifth, holesIn, linearProbe, noisy, priorRows, type Rows } from "./latentFigures.ts";
import type { Bench, Job, Measured, Table } from "./table.ts";

const seeds = [1, 2, 3];
const ROUNDS = 3_000;
const CLASSES = 10;
/** Length of a style: the fewer values, the less of the class they can hold. */
const STYLE = 4;
const STYLE_NOISE = 0.6;
const data = digits({ batchSize: 100 });
const test = digits({ batchSize: 100, split: "test", shuffle: false });

function gameOf(codes: number, seed: number, { folder: own, backend }: Bench, rounds: number, rate = 1e-3): Game<"samples" | "labels" | "codes"> {
  return autoencoding({
    data: rescaled(data, [0, 1]),
    networks: autoencoder({ codes, encoder: { widths: [256, 128] }, decoder: { widths: [128, 256] } }),
    likelihood: bernoulli(),
    optimizer: adam({ learningRate: falling(rate, rounds) }),
    checkpoints: folder(`${own}/checkpoints`, { every: 1_000, keep: 1 }),
    readEvery: 100,
    backend,
    rounds,
    seed,
  });
}

const falling = (from: number, rounds: number) => cosineSchedule({ from, to: from / 20, rounds });
const regularising = (rounds: number, rate = 1e-3) => adam({ learningRate: falling(rate, rounds), beta1: 0.5 });
const optimizers = (rounds: number, encoder = 1e-3, discriminator = 1e-3) => ({ discriminator: regularising(rounds, discriminator), encoder: regularising(rounds, encoder) });
const phases = [step("reconstruction"), discriminatorStep(), step("regularisation")] as const;
/** At full rates encoder and discriminator circle each other; the penalty helps them to settle as the rates fall. */
const steadied = [r1({ gamma: 1 }), ...phases] as const;
const averaged = ["encoder", "decoder"].map((network) => averageWeights({ network, halfLife: 150 }));

async function play(game: Game, plugins: readonly AnyPlugin[]): Promise<void> {
  const training = trainUnordered$(game, plugins);
  for await (const _ of training);
  await training.closed;
}

const inUnit = rescaled(test, [0, 1]);
/** Shuffled: in the file the two hands alternate, and few writers wrote the first thousands. */
const trained = rescaled(data, [0, 1]);

/** A head of the encoder for all test digits, or for others. */
function encodedDigits(checkpoint: string, backend: Bench["backend"], head = "codes", source: Source = inUnit, count = 10_000): Promise<Generated> {
  return generate({ checkpoint, network: "encoder", head, count, backend, sources: { data: source } });
}

/** Codes of all test digits, or of others, drawn from the encoder's Gaussian posterior as the decoder gets them. */
async function drawnCodes(checkpoint: string, backend: Bench["backend"], size: number, source: Source = inUnit, count = 10_000): Promise<Rows> {
  const { values } = await encodedDigits(checkpoint, backend, "mean", source, count);
  const logVariances = (await encodedDigits(checkpoint, backend, "logVariance", source, count)).values;
  return noisy({ values, size }, logVariances.map((each) => Math.exp(each / 2)));
}

const labelsOfTest = async (): Promise<Int32Array> => (await drawFrom(inUnit, 10_000)).fields.labels as Int32Array;

/** Greys in [0, 1] as the judge reads them, in [−1, 1]. */
function inInk(values: Float32Array): Float32Array {
  return values.map((value) => 2 * value - 1);
}

/** A row of codes that are to follow a prior. */
interface Matched {
  readonly size: number;
  readonly prior: Source;
  readonly objective?: Objective;
  /** At first, of the autoencoder in both of its turns and of the discriminator. Default 1e-3. */
  readonly rates?: { readonly autoencoder: number; readonly discriminator: number };
  /** Default `steadied`. */
  readonly turns?: readonly AnyPlugin[];
  readonly picture?: string;
}

/** Codes that follow a prior: how near, what they leave empty, what the prior decodes to. */
async function matched({ size, prior, objective = nonSaturating(), rates, turns = steadied, picture }: Matched, seed: number, bench: Bench, rounds: number): Promise<Measured> {
  await play(gameOf(size, seed, bench, rounds, rates?.autoencoder), [
    aae({ prior, objective, posterior: "gaussian", optimizers: optimizers(rounds, rates?.autoencoder, rates?.discriminator) }), ...turns, ...averaged,
  ]);
  const checkpoint = `${bench.folder}/checkpoints`;
  const all = await drawnCodes(checkpoint, bench.backend, size);
  const codes = everyFifth(all);
  const { distance, floor } = await distanceToPrior(codes, prior);
  const firstHand = await distanceToPrior({ values: all.values.subarray(0, 2_000 * size), size }, prior);
  const ofTraining = await distanceToPrior(await drawnCodes(checkpoint, bench.backend, size, trained, 2_000), prior);
  const { holes, floor: holesFloor } = await holesIn(codes, prior);
  if (picture !== undefined && seed === 1) await drawPlane(checkpoint, codes.values, prior, bench, picture);
  const { values: asked } = await priorRows(prior, 1_000, size, 7);
  const decoded = await generate({ checkpoint, network: "decoder", count: 1_000, backend: bench.backend, given: { codes: asked } });
  const { covered, meanConfidence } = classCoverage(await judgeSamples(await digitClassifier(), inInk(decoded.values)));
  return { kid: distance, kidFloor: floor, kidRatio: distance / floor, trainedRatio: ofTraining.distance / floor, firstHandRatio: firstHand.distance / floor, holes, holesFloor, covered, confidence: 100 * meanConfidence };
}

/** Where test digits lie on the prior, and what the plane decodes to. */
async function drawPlane(checkpoint: string, codes: Float32Array, prior: Source, { backend, picture }: Bench, name: string): Promise<void> {
  const labels = (await labelsOfTest()).filter((_, i) => i % 5 === 0);
  await writeScatter(picture(`${name}-codes`), [{ points: codes, labels, beneath: (await priorRows(prior, 2_000, 2, 5)).values }]);
  const plane = Array.from({ length: 400 }, (_, i): Point => [-3 + (6 * (i % 20)) / 19, 3 - (6 * Math.floor(i / 20)) / 19]);
  await writeGrid(picture(`${name}-plane`), await generate({ checkpoint, network: "decoder", count: 400, backend, given: { codes: plane.flat() } }), { columns: 20, scale: 1 });
}

/** Labels to the decoder: whether it obeys them at a fixed code, and what of the class is left in the code. */
async function style(isIndependent: boolean, seed: number, bench: Bench, rounds: number): Promise<Measured> {
  const prior = gaussian(STYLE, { field: "codes" });
  // A discriminator that is shown the label needs no noise.
  const [noise, own] = isIndependent ? [0, []] : [STYLE_NOISE, [noisyCodes({ deviation: linearSchedule({ from: 1, to: STYLE_NOISE, rounds: rounds / 2 }) })]];
  await play(gameOf(STYLE, seed, bench, rounds), [aae({ prior, optimizers: optimizers(rounds) }), supervisedStyle({ isIndependent }), ...own, ...steadied, ...averaged]);
  const checkpoint = `${bench.folder}/checkpoints`;
  const styles = (await priorRows(prior, 200, STYLE, 9)).values;
  const codes = Array.from({ length: 200 * CLASSES }, (_, i) => {
    const first = Math.floor(i / CLASSES) * STYLE;
    return [...styles.subarray(first, first + STYLE)];
  }).flat();
  const labels = Array.from({ length: 200 * CLASSES }, (_, i) => i % CLASSES);
  const changed = await generate({ checkpoint, network: "decoder", count: labels.length, backend: bench.backend, given: { codes, labels } });
  const { predictions } = classCoverage(await judgeSamples(await digitClassifier(), inInk(changed.values)));
  const obeyed = predictions.reduce((sum, prediction, i) => sum + (prediction === labels[i] ? 1 : 0), 0);
  if (seed === 1) await writeGrid(bench.picture(isIndependent ? "independent-style" : "style"), { ...changed, count: 160, values: changed.values.subarray(0, 160 * 784) }, { columns: CLASSES, scale: 1 });
  const drawn = noisy({ values: (await encodedDigits(checkpoint, bench.backend)).values, size: STYLE }, noise);
  const { accuracy, chance } = linearProbe(drawn, await labelsOfTest());
  const { distance, floor } = await distanceToPrior(everyFifth(drawn), prior);
  return { obeyed: (100 * obeyed) / labels.length, probe: accuracy, chance, kid: distance, kidFloor: floor, kidRatio: distance / floor };
}

/** Ten labelled digits of each class, chosen by the seed. */
async function labelledDigits(seed: number): Promise<Source<"samples" | "labels">> {
  const { fields } = await drawFrom(data, 4_000, { seed });
  const left = new Array<number>(CLASSES).fill(10);
  const chosen = Array.from(fields.labels, (label, row) => (left[label]!-- > 0 ? row : -1)).filter((row) => row >= 0);
  const samples = chosen.flatMap((row) => Array.from(fields.samples.subarray(row * 784, (row + 1) * 784), (value) => (value + 1) / 2));
  return array({ samples, labels: chosen.map((row) => fields.labels[row]!), shape: [28, 28, 1], classes: CLASSES, range: [0, 1], batchSize: 100 });
}

/** The error with 100 labels: with all three phases, or with classification alone. */
async function semi(isSupervisedOnly: boolean, seed: number, bench: Bench, rounds: number): Promise<Measured> {
  const frequencies = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949];
  const plugins = [
    aae({ prior: gaussian(10, { field: "codes" }), optimizers: optimizers(rounds) }),
    semiSupervised({
      labelled: await labelledDigits(seed),
      frequencies,
      optimizers: { discriminator: regularising(rounds), classifier: adam({ learningRate: falling(1e-3, rounds) }) },
    }),
  ];
  await play(gameOf(10, seed, bench, rounds), [...plugins, ...(isSupervisedOnly ? [] : phases), step("classification")]);
  const { values } = await encodedDigits(`${bench.folder}/checkpoints`, bench.backend, "logits");
  const { predictions } = classCoverage({ probabilities: values.map(Math.exp), classes: CLASSES });
  const labels = await labelsOfTest();
  return { error: predictions.reduce((sum, prediction, i) => sum + (prediction === labels[i] ? 0 : 1), 0) / 100 };
}

type Play = (seed: number, bench: Bench, rounds: number) => Promise<Measured>;

const hills = mixture(Array.from({ length: 10 }, (_, k): Point => [2 * Math.cos((Math.PI * k) / 5), 2 * Math.sin((Math.PI * k) / 5)]), { deviation: 0.3, batchSize: 100 });

const rows: Readonly<Record<string, readonly [Play, number]>> = {
  "Gaussian, 2-D": [(...job) => matched({ size: 2, prior: gaussian(2), picture: "gaussian" }, ...job), ROUNDS],
  "Gaussian, 8-D": [(...job) => matched({ size: 8, prior: gaussian(8), rates: { autoencoder: 5e-4, discriminator: 2e-3 } }, ...job), 2_000],
  "mixture of ten": [(...job) => matched({ size: 2, prior: hills, picture: "mixture" }, ...job), 2_000],
  "swiss roll": [(...job) => matched({ size: 2, prior: swissRoll(), picture: "swiss-roll" }, ...job), 2_000],
  "Gaussian, 2-D, WGAN-GP regularisation": [
    (...job) => matched({ size: 2, prior: gaussian(2), objective: wasserstein(), rates: { autoencoder: 3e-4, discriminator: 2e-3 }, turns: [gradientPenalty({ weight: 1 }), step("reconstruction"), discriminatorStep({ times: 3 }), step("regularisation")] }, ...job),
    2_000,
  ],
  "supervised style, 4-D": [(seed, bench, rounds) => style(false, seed, bench, rounds), 2_500],
  "supervised style, 4-D, isIndependent": [(seed, bench, rounds) => style(true, seed, bench, rounds), 4_000],
  "semi-supervised, 100 labels": [(seed, bench, rounds) => semi(false, seed, bench, rounds), 6_000],
  "classification alone, the same 100 labels": [(seed, bench, rounds) => semi(true, seed, bench, rounds), 1_500],
};

const reduced = "networks of 256 and 128 units in place of twice 1000, 15 epochs or fewer";
const short = 100;

const jobs: readonly Job[] = [
  ...[2, 8].map((size): Job => ({ row: `${size} principal components of the digits, nothing trained`, seed: 1, rounds: 0, run: () => digitComponents(size) })),
  ...seeds.flatMap((seed) =>
    Object.entries(rows).map(([row, [run, rounds]]): Job => ({ row, seed, rounds, reduced, run: (bench) => run(seed, bench, rounds) }))),
  {
    row: "Gaussian, 2-D, a short run on WebGPU",
    seed: 1,
    rounds: short,
    reduced: `${short} of ${ROUNDS} rounds`,
    backend: "webgpu",
    run: (bench) => matched({ size: 2, prior: gaussian(2) }, 1, bench, short),
  },
];

/** Whether codes follow their prior, leave no holes, are free of the class, and help to tell it by few labels. */
export const aaeDigits: Table = {
  name: "aae",
  title: "Adversarial autoencoders on MNIST",
  about: `
Encoder 784-256-128, decoder in reverse, discriminator of codes 2 × 128, batches of 100, Adam 1e-3 (in 8-D 5e-4 and, for the
discriminator, 2e-3) falling to a twentieth by half a cosine (β₁ 0.5 in the regularisation turns), Bernoulli likelihood of greys.
Where codes follow a prior: a Gaussian posterior, whose draws are what is measured, R1 with γ = 1 (with WGAN-GP the
penalty, weight 1, three critic turns, rates 3e-4 and 2e-3), and weights of
both networks averaged with a half-life of 150 rounds. KID(z): the unbiased kernel distance of the codes of
2,000 test digits, every fifth, to their prior, mean over eight sets of it; floor: the root mean square of that distance between two sets
of the prior of this size, so a ratio of 1 is what the prior itself has. Asked: at most 2. Its kernel, of third degree, sees
moments, not the windings of a swiss roll, which the picture shows unmet. Beside it the ratio of 2,000 training digits' codes, and of
the first 2,000 test digits': the first half of MNIST's test digits were written by clerks, the second by pupils, with means of 31 and 36 of 255
(training digits: both), so codes of the first alone do not follow what the encoder was made to match. "Principal components": test digits
against training digits in components of unit variance, nothing trained; what lies above 1 there no encoder of the training digits is to blame for. Holes: the share of prior
samples beyond the third-neighbour distance of every code, beside that of the prior in itself. Classes and confidence: the judge's, of 1,000 decoded
prior samples (real digits: 10 and 99 %). Supervised style, asked: at fixed z the digit follows y in ≥ 90 %, and a linear probe of y from z within 5 points
of chance; R1 and averages as above, codes with the noise of \`noisyCodes\`, falling from 1 to 0.6 by the middle of the run, and z is the code with its
noise. With isIndependent, which is not in the paper, the discriminator sees the label, too; without noise, R1 and averages. The probe is fitted
on every other test digit and asked of those between. Published (Makhzani et al. 2015, twice 1000 units):
1.90 ± 0.10 % error with 100 labels.`,
  msPerRound: 60,
  columns: [
    { figure: "kid", heading: "KID(z)", digits: 4 },
    { figure: "kidFloor", heading: "its floor", digits: 4 },
    { figure: "kidRatio", heading: "ratio", digits: 1 },
    { figure: "trainedRatio", heading: "of training digits", digits: 1 },
    { figure: "firstHandRatio", heading: "of the first 2,000", digits: 1 },
    { figure: "holes", heading: "% holes", digits: 1 },
    { figure: "holesFloor", heading: "of the prior", digits: 1 },
    { figure: "covered", heading: "classes", digits: 1 },
    { figure: "confidence", heading: "% confidence", digits: 1 },
    { figure: "obeyed", heading: "% digits obeyed", digits: 1 },
    { figure: "probe", heading: "% probe", digits: 1 },
    { figure: "chance", heading: "% chance", digits: 1 },
    { figure: "error", heading: "% error", digits: 2 },
  ],
  jobs,
};
