import { aae } from "../../../plugins/aae/aae.ts";
import { measureBounds, vae } from "../../../plugins/vae/vae.ts";
import {
  adam, autoencoder, autoencoding, averageWeights, bernoulli, binarised, classCoverage, cosineSchedule, digitClassifier, digits, discriminatorStep, drawFrom, folder, gaussian, generate, judgeSamples,
  r1, rescaled, step, trainUnordered$, writeGrid, writeScatter, type AnyPlugin, type PluginReported, type Point, type Source,
} from "../../../src/index.ts";
import { distanceToPrior, everyFifth, holesIn, noisy, priorRows, type Rows } from "./latentFigures.ts";
import type { Bench, Job, Measured, Table } from "./table.ts";

const seeds = [1, 2, 3];
const likelihood = bernoulli();
const greys = (split: "train" | "test", batchSize: number) => rescaled(digits({ batchSize, split, shuffle: split === "train" }), [0, 1]);

/** Seven epochs of 60,000 digits in batches of 128, as the public example plays them. */
const SEVEN_EPOCHS = Math.round((7 * 60_000) / 128);
const ROUNDS = 3_000;

interface Trained {
  readonly data: Source<"samples" | "labels">;
  readonly codes: number;
  readonly widths: readonly number[];
  readonly optimizer: ReturnType<typeof adam>;
  readonly plugins: readonly AnyPlugin[];
  readonly rounds: number;
  readonly seed: number;
}

/** Trains, in a folder of this name, and hands back the bounds, where they were measured. */
async function play({ folder: own, backend }: Bench, name: string, { data, codes, widths, optimizer, plugins, rounds, seed }: Trained): Promise<Record<string, number>> {
  const networks = autoencoder({ codes, encoder: { widths }, decoder: { widths: [...widths].reverse() } });
  const training = trainUnordered$(
    autoencoding({ data, networks, likelihood, optimizer, checkpoints: folder(`${own}/${name}`, { every: 1_000, keep: 1 }), readEvery: 100, backend, rounds, seed }),
    plugins,
  );
  let reported: PluginReported | undefined;
  for await (const event of training) if (event._tag === "PluginReported") reported = event;
  await training.closed;
  return (reported?.values ?? {}) as Record<string, number>;
}

/** The public anchor: 784-400-20-400-784 on greys. */
async function anchor(seed: number, bench: Bench, rounds = SEVEN_EPOCHS): Promise<Measured> {
  const bounds = measureBounds({ data: greys("test", 100), likelihood, count: 10_000 });
  const plugins = [vae(), step("reconstruction"), bounds];
  const { negativeElbo, divergence } = await play(bench, "anchor", {
    data: greys("train", 128), codes: 20, widths: [400], optimizer: adam({ learningRate: 1e-3 }), plugins, rounds, seed,
  });
  return { negativeElbo: negativeElbo!, divergence: divergence! };
}

/** The same networks on binarised digits, where both bounds are bounds. */
async function bounded(seed: number, bench: Bench): Promise<Measured> {
  const of = (split: "train" | "test", batchSize: number) => binarised(digits({ batchSize, split, shuffle: split === "train" }));
  const bounds = measureBounds({ data: of("test", 100), likelihood, count: 2_000, importanceSamples: 50 });
  const found = await play(bench, "binarised", {
    data: of("train", 128), codes: 20, widths: [400], optimizer: adam({ learningRate: 1e-3 }), plugins: [vae(), step("reconstruction"), bounds], rounds: SEVEN_EPOCHS, seed,
  });
  const decoded = await generate({ checkpoint: `${bench.folder}/binarised`, network: "decoder", count: 1_000, seed: 3, backend: bench.backend });
  const { covered, meanConfidence } = classCoverage(await judgeSamples(await digitClassifier(), decoded.values.map((value) => 2 * value - 1)));
  return { negativeElbo: found["negativeElbo"]!, bound: -found["bound"]!, divergence: found["divergence"]!, covered, confidence: 100 * meanConfidence };
}

/** A model with codes in the plane: codes are draws of q(z | x), as the decoder has seen them. */
async function plane(kind: "aae" | "vae", seed: number, bench: Bench, name: string): Promise<{ readonly measured: Measured; readonly codes: Rows }> {
  const falling = (from: number, beta1 = 0.9) => adam({ learningRate: cosineSchedule({ from, to: from / 20, rounds: ROUNDS }), beta1 });
  const regularising = { discriminator: falling(1e-3, 0.5), encoder: falling(1e-3, 0.5) };
  const plugins = kind === "vae"
    ? [vae(), step("reconstruction")]
    : [aae({ prior: gaussian(2), posterior: "gaussian", optimizers: regularising }), r1({ gamma: 1 }), step("reconstruction"), discriminatorStep(), step("regularisation")];
  const averaged = ["encoder", "decoder"].map((network) => averageWeights({ network, halfLife: 150 }));
  await play(bench, name, { data: greys("train", 100), codes: 2, widths: [256, 128], optimizer: falling(1e-3), plugins: [...plugins, ...averaged], rounds: ROUNDS, seed });
  const checkpoint = `${bench.folder}/${name}`;
  const { backend } = bench;
  const encode = async (head: string): Promise<Float32Array> =>
    (await generate({ checkpoint, network: "encoder", head, count: 10_000, backend, sources: { data: greys("test", 100) } })).values;
  const deviations = (await encode("logVariance")).map((each) => Math.exp(each / 2));
  const codes = everyFifth(noisy({ values: await encode("mean"), size: 2 }, deviations));
  const { distance, floor } = await distanceToPrior(codes, gaussian(2));
  const { holes, floor: holesFloor } = await holesIn(codes, gaussian(2));
  const decoded = await generate({ checkpoint, network: "decoder", count: 1_000, seed: 3, backend });
  const { covered, meanConfidence } = classCoverage(await judgeSamples(await digitClassifier(), decoded.values.map((value) => 2 * value - 1)));
  return { measured: { kid: distance, kidFloor: floor, kidRatio: distance / floor, holes, holesFloor, covered, confidence: 100 * meanConfidence }, codes };
}

/** The VAE in the plane; with the first seed an AAE beside it, for the picture of both. */
async function inThePlane(seed: number, bench: Bench): Promise<Measured> {
  const variational = await plane("vae", seed, bench, "vae");
  if (seed === 1) {
    const adversarial = await plane("aae", seed, bench, "aae");
    const labels = (await drawFrom(greys("test", 100), 10_000)).fields.labels.filter((_, i) => i % 5 === 0);
    const beneath = (await priorRows(gaussian(2), 2_000, 2, 5)).values;
    await writeScatter(bench.picture("latents-aae-vae"), [{ points: adversarial.codes.values, labels, beneath }, { points: variational.codes.values, labels, beneath }], { extent: [-4, 4] });
    const grid = Array.from({ length: 400 }, (_, i): Point => [-3 + (6 * (i % 20)) / 19, 3 - (6 * Math.floor(i / 20)) / 19]).flat();
    const decoded = await generate({ checkpoint: `${bench.folder}/vae`, network: "decoder", count: 400, backend: bench.backend, given: { codes: grid } });
    await writeGrid(bench.picture("plane"), decoded, { columns: 20, scale: 1 });
  }
  return variational.measured;
}

const rows: Readonly<Record<string, { readonly rounds: number; readonly reduced?: string; run(seed: number, bench: Bench): Promise<Measured> }>> = {
  "784-400-20, greys, 7 epochs": { rounds: SEVEN_EPOCHS, run: anchor },
  "784-400-20, binarised, 7 epochs": { rounds: SEVEN_EPOCHS, run: bounded },
  "codes in the plane": { rounds: ROUNDS, reduced: "5 epochs", run: inThePlane },
};

const short = 100;

const jobs: readonly Job[] = [
  ...seeds.flatMap((seed) =>
    Object.entries(rows).map(([row, { rounds, reduced, run }]): Job => ({ row, seed, rounds, ...(reduced === undefined ? {} : { reduced }), run: (bench) => run(seed, bench) }))),
  { row: "784-400-20, greys, a short run on WebGPU", seed: 1, rounds: short, reduced: `${short} of ${SEVEN_EPOCHS} rounds`, backend: "webgpu", run: (bench) => anchor(1, bench, short) },
];

/** How likely test digits are, and how the codes fill their prior beside the AAE's. */
export const vaeDigits: Table = {
  name: "vae",
  title: "Variational autoencoders on MNIST",
  about: `
784-400-20-400-784 with ReLU, Adam 1e-3, batches of 128, 7 epochs; He's and Glorot's initial values where the public example has
PyTorch's. −ELBO in nats a test digit, one sample of each code; on greys the cross-entropy is the custom of the public
example (pytorch/examples vae: 106.66 after 7 epochs), on binarised digits (dynamically) it is a bound on −log p(x), and the importance-weighted
one of 50 samples a tighter. "Codes in the plane": the networks and the 3,000 rounds of the AAE's table, weights averaged, codes drawn from q(z | x); KID(z),
holes, classes and confidence as there. Picture: codes of the same test digits, AAE left, VAE right. Longer training should lower −ELBO by a few nats,
less and less, and the bound with it; in the plane it is the decoder that should gain, more than the codes' distance to the prior.`,
  msPerRound: 28,
  columns: [
    { figure: "negativeElbo", heading: "−ELBO", digits: 2 },
    { figure: "bound", heading: "−IWAE-50", digits: 2 },
    { figure: "divergence", heading: "KL", digits: 2 },
    { figure: "kid", heading: "KID(z)", digits: 4 },
    { figure: "kidFloor", heading: "its floor", digits: 4 },
    { figure: "kidRatio", heading: "ratio", digits: 1 },
    { figure: "holes", heading: "% holes", digits: 1 },
    { figure: "holesFloor", heading: "of the prior", digits: 1 },
    { figure: "covered", heading: "classes", digits: 1 },
    { figure: "confidence", heading: "% confidence", digits: 1 },
  ],
  jobs,
};
