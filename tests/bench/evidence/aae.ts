import { aae, noisyCodes, semiSupervised, supervisedStyle } from "../../../plugins/aae/aae.ts";
import {
  adam, array, categorical, classCoverage, digitClassifier, discriminatorStep, drawFrom, gaussian, generate, gradientPenalty, judgeSamples, linearSchedule, mixture, r1, step,
  swissRoll, wasserstein, writeGrid, type Point, type Source,
} from "../../../src/index.ts";
import {
  averaged, CLASSES, data, encodedDigits, falling, frequencies, gameOf, inInk, labelsOfTest, optimizers, phases, play, regularising, steadied,
} from "./digitAutoencoder.ts";
import { componentPoints, digitComponents } from "./digitComponents.ts";
import { distanceToPrior, everyFifth, linearProbe, noisy, priorRows } from "./latentFigures.ts";
import { matched, type Matched } from "./matchedCodes.ts";
import type { Bench, Job, Measured, Table } from "./table.ts";

const seeds = [1, 2, 3];
const ROUNDS = 3_000;
/** Length of a style: the fewer values, the less of the class they can hold. */
const STYLE = 4;
const STYLE_NOISE = 0.6;

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
  const said = { values: (await encodedDigits(checkpoint, bench.backend)).values, size: STYLE };
  const drawn = noisy(said, noise);
  const { accuracy, chance } = linearProbe(drawn, await labelsOfTest());
  const noiseFree = linearProbe(said, await labelsOfTest());
  const { distance, floor } = await distanceToPrior(everyFifth(drawn), prior);
  return { obeyed: (100 * obeyed) / labels.length, probe: accuracy, noiseFreeProbe: noiseFree.accuracy, chance, kid: distance, kidFloor: floor, kidRatio: distance / floor };
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

const middles = Array.from({ length: 10 }, (_, k): Point => [2 * Math.cos((Math.PI * k) / 5), 2 * Math.sin((Math.PI * k) / 5)]);
const hills = mixture(middles, { deviation: 0.3, batchSize: 100 });
/** Component k as often as the digit k. */
const digitHills = mixture(middles, { deviation: 0.3, weights: frequencies, batchSize: 100 });
const indicators = categorical(frequencies, { field: "codes", as: "indicators" });

/** A penalty on both sides asks a critic with nothing left to say for slopes of 1 all the same, and the codes do not come to rest. */
const underPenalty = (isOneSided: boolean): Pick<Matched, "objective" | "rates" | "turns"> => ({
  objective: wasserstein(),
  rates: { autoencoder: 3e-4, discriminator: 2e-3 },
  turns: [gradientPenalty({ weight: 1, isOneSided }), step("reconstruction"), discriminatorStep({ times: 3 }), step("regularisation")],
});

const rows: Readonly<Record<string, readonly [Play, number]>> = {
  "Gaussian, 2-D": [(...job) => matched({ size: 2, prior: gaussian(2), picture: "gaussian" }, ...job), ROUNDS],
  "Gaussian, 8-D": [(...job) => matched({ size: 8, prior: gaussian(8), rates: { autoencoder: 5e-4, discriminator: 2e-3 } }, ...job), 2_000],
  "mixture of ten": [(...job) => matched({ size: 2, prior: hills, picture: "mixture" }, ...job), 2_000],
  "mixture of ten, labelled": [(...job) => matched({ size: 2, prior: digitHills, components: digitHills, picture: "labelled-mixture" }, ...job), 2_000],
  "categorical, by the classes' frequencies, 10-D": [
    (...job) => matched({ size: 10, prior: indicators, isDiscrete: true, objective: wasserstein(), turns: [r1({ gamma: 0.01 }), ...phases] }, ...job),
    2_000,
  ],
  "categorical, by the classes' frequencies, 10-D, non-saturating": [(...job) => matched({ size: 10, prior: indicators, isDiscrete: true }, ...job), 2_000],
  "a data set, 2-D": [async (...job) => matched({ size: 2, prior: await componentPoints(2), picture: "data-set", ...underPenalty(true) }, ...job), 2_000],
  "swiss roll": [(...job) => matched({ size: 2, prior: swissRoll(), picture: "swiss-roll" }, ...job), 2_000],
  "Gaussian, 2-D, WGAN-GP regularisation": [(...job) => matched({ size: 2, prior: gaussian(2), ...underPenalty(true) }, ...job), 2_000],
  "Gaussian, 2-D, WGAN-GP regularisation, two-sided": [(...job) => matched({ size: 2, prior: gaussian(2), ...underPenalty(false) }, ...job), 2_000],
  "supervised style, 4-D": [(seed, bench, rounds) => style(false, seed, bench, rounds), 4_000],
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
Where codes follow a prior: a Gaussian posterior, whose draws are what is measured. Data set and the rows of WGAN-GP: Wasserstein loss, gradient penalty
of weight 1 on norms above 1 (two-sided: and below), three critic turns, rates 3e-4 and 2e-3. Categorical: Wasserstein loss, R1 with γ = 0.01, beside a row with the recipe of the rest: non-saturating, R1 with γ = 1. Weights of
both networks averaged with a half-life of 150 rounds. KID(z): the unbiased kernel distance of the codes of
2,000 test digits, every fifth, to their prior, mean over eight sets of it; floor: the root mean square of that distance between two sets
of the prior of this size, so a ratio of 1 is what the prior itself has. Asked: at most 2. Its kernel, of third degree, sees
moments, not the windings of a swiss roll, which the picture shows unmet. Beside it the ratio of 2,000 training digits' codes, and of
the first 2,000 test digits': the first half of MNIST's test digits were written by clerks, the second by pupils, with means of 31 and 36 of 255
(training digits: both), so codes of the first alone do not follow what the encoder was made to match. "Principal components": test digits
against training digits in components of unit variance, nothing trained; what lies above 1 there no encoder of the training digits is to blame for. Holes: the share of prior
samples beyond the third-neighbour distance of every code, beside that of the prior in itself. Classes and confidence: the judge's, of 1,000 decoded
prior samples (real digits: 10 and 99 %). "Labelled": the discriminator is told the class on both sides, so that component k of the mixture is to hold the digit k, as often as
there are such digits. At home: the share of test digits whose code is nearest to the middle of its own component, beside that of the prior's own points; digits obeyed: the share
of decoded points that are the digit of their component. Categorical: the ten unit vectors, as often as the classes occur; between them there are no holes to be measured. Their distance is
mostly in how often each is taken, to a percent: the logit of a non-saturating discriminator says no more than log(p / q), which the reconstruction outweighs; what a Wasserstein
critic says under R1 grows with (p − q) / γ. A data
set: 12,000 training digits in their first two principal components, of unit variance. Supervised style, asked: at fixed z the digit follows y in ≥ 90 %, and a linear probe of y from z within 5 points
of chance; R1 and averages as above, codes with the noise of \`noisyCodes\`, falling from 1 to 0.6 by the middle of the run, and z is the code with its
noise; "no noise" is the probe of what the encoder says before it, which the decoder does not see in training. With isIndependent, which is not in the paper, the discriminator sees the label, too; without noise, R1 and averages. The probe is fitted
on every other test digit and asked of those between. Published (Makhzani et al. 2015, twice 1000 units):
1.90 ± 0.10 % error with 100 labels. Longer training should fill holes and sharpen what the prior decodes to, and lower the error with 100 labels; what test digits are apart from
training digits it should not change.`,
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
    { figure: "noiseFreeProbe", heading: "% probe, no noise", digits: 1 },
    { figure: "home", heading: "% at home", digits: 1 },
    { figure: "homeOfPrior", heading: "of the prior", digits: 1 },
    { figure: "error", heading: "% error", digits: 2 },
  ],
  jobs,
};
