import { adam, averageWeights, discriminatorStep, drawSamples, folder, gan, gaussian, generatorStep, mixture, modeCoverage, trainUnordered$, type MixtureSource, type SamplesDrawn } from "../../../src/index.ts";
import { mixtureMethods, mixtureRounds, pacganMethods, type MixtureMethod } from "./mixtureMethods.ts";
import { pacganNetworks, smallNetworks } from "./mixtureNetworks.ts";
import type { Bench, Job, Measured, Table } from "./table.ts";

const seeds = [1, 2, 3, 4, 5];

/** A comparison of methods: everything but the method. */
interface SetUp {
  readonly name: string;
  readonly methods: Readonly<Record<string, MixtureMethod>>;
  readonly noise: number;
  readonly samples: number;
  readonly full: number;
  readonly rounds: number;
  readonly optimizer: NonNullable<MixtureMethod["optimizers"]>;
  readonly batchSize: number;
  readonly sources: Readonly<Record<string, (batchSize: number) => MixtureSource>>;
}

const setUps: readonly SetUp[] = [
  {
    name: "",
    methods: mixtureMethods,
    noise: 16,
    samples: 10_000,
    full: mixtureRounds,
    rounds: mixtureRounds,
    optimizer: adam({ learningRate: 2e-4, beta1: 0.5 }),
    batchSize: 256,
    sources: {
      ring: (batchSize) => mixture("ring", { batchSize, radius: 2, deviation: 0.1 }),
      grid: (batchSize) => mixture("grid", { batchSize, spacing: 1.5, deviation: 0.1 }),
    },
  },
  {
    name: "PacGAN's set-up",
    methods: pacganMethods,
    noise: 2,
    samples: 2_500,
    full: 400_000,
    rounds: 1_000,
    optimizer: adam({ learningRate: 1e-4, beta1: 0.8 }),
    batchSize: 100,
    sources: { ring: (batchSize) => mixture("ring", { batchSize }), grid: (batchSize) => mixture("grid", { batchSize }) },
  },
];

async function play(setUp: SetUp, data: string, method: MixtureMethod, seed: number, bench: Bench): Promise<Measured> {
  const { objective, optimizers, networks, stabilisers = [], discriminatorTurns = 1, batches = 1, weights = "raw" } = method;
  const source = setUp.sources[data]!(batches * setUp.batchSize);
  const { rounds } = setUp;
  const training = trainUnordered$(
    gan({
      data: source,
      noise: gaussian(setUp.noise),
      networks: networks ?? smallNetworks({ noise: setUp.noise }),
      objective,
      optimizers: optimizers ?? setUp.optimizer,
      checkpoints: folder(`${bench.folder}/checkpoints`, { every: 2_000, keep: 1 }),
      backend: bench.backend,
      readEvery: 100,
      rounds,
      seed,
    }),
    [
      ...stabilisers,
      discriminatorStep({ times: discriminatorTurns }),
      generatorStep(),
      ...(weights === "averaged" ? [averageWeights({ halfLife: 100 })] : []),
      drawSamples({ every: rounds, count: setUp.samples, weights }),
    ],
  );
  let samples: SamplesDrawn | undefined;
  for await (const event of training) if (event._tag === "SamplesDrawn") samples = event;
  await training.closed;
  const { covered, coveredByMass, highQuality, reverseKl, totalVariation } = modeCoverage(samples!.values, source);
  return { covered, coveredByMass, highQuality: 100 * highQuality, reverseKl, totalVariation };
}

const jobs: readonly Job[] = setUps.flatMap((setUp) =>
  seeds.flatMap((seed) =>
    Object.keys(setUp.sources).flatMap((data) =>
      Object.entries(setUp.methods).map(([name, method]): Job => ({
        row: [data, name, setUp.name].filter((part) => part !== "").join(", "),
        seed,
        rounds: setUp.rounds,
        ...(method.msPerRound === undefined ? {} : { msPerRound: method.msPerRound }),
        ...(setUp.rounds < setUp.full ? { reduced: `${setUp.rounds} of ${setUp.full} rounds` } : {}),
        run: (bench) => play(setUp, data, method, seed, bench),
      })))));

/** Which methods find the modes of a ring of 8 and of a grid of 25 Gaussians. */
export const mixtures: Table = {
  name: "mixtures",
  title: "Mode coverage on 2-D mixtures",
  about: `
The set-up of brycesandlund/paired-discriminator: ring of radius 2, grid of spacing 1.5, σ 0.1; generator and
discriminator 2 × 128 leaky ReLU with PyTorch's initial values, 16 noise values, batches of 256, Adam 2e-4 (0.5, 0.999),
turns 1 : 1, 10,000 rounds, judged on 10,000 samples. A sample is good within 3 σ of a mode (of true samples 98.9 % are);
a mode is covered by one good sample, or, the stricter rule, by 1 % of all. "PacGAN's set-up": ring of radius 1 and σ 0.01,
grid of spacing 2 and σ 0.05; their networks, Adam 1e-4 (0.8), batches of 100 packs, 2,500 samples. Reverse KL of as many true
samples: 0.0004 (ring) and 0.0012 (grid).

Published: paired-discriminator after 10,000 rounds (ring) non-saturating 7.60 ± .89 modes (≥ 1 %), 84.9 ± 1.2 % good; after
50,000 (grid) non-saturating 7.2, PacGAN-2 24.6 of 25 and 78.4 %. PacGAN, ring and grid (≥ 1 sample): GAN 6.3 ± 0.5 and
17.3 ± 0.8, PacGAN-2 7.9 ± 0.1 and 23.8 ± 0.7, PacGAN-4 7.8 ± 0.1 and 24.8 ± 0.2. VEEGAN: unrolled GAN 7.6 and 23.6, with
other networks. Rows of different set-ups are not to be compared.`,
  msPerRound: 8,
  columns: [
    { figure: "covered", heading: "modes ≥ 1", digits: 1 },
    { figure: "coveredByMass", heading: "modes ≥ 1 %", digits: 1 },
    { figure: "highQuality", heading: "% good", digits: 1 },
    { figure: "reverseKl", heading: "reverse KL", digits: 3 },
    { figure: "totalVariation", heading: "total variation", digits: 3 },
  ],
  jobs,
};
