import { aae } from "../../../plugins/aae/aae.ts";
import { acgan } from "../../../plugins/acgan/acgan.ts";
import { conditional } from "../../../plugins/conditional/conditional.ts";
import { diffusion } from "../../../plugins/diffusion/diffusion.ts";
import { infogan } from "../../../plugins/infogan/infogan.ts";
import { growing, progressive } from "../../../plugins/progressive/progressive.ts";
import { kPlusOne } from "../../../plugins/semisupervised/semisupervised.ts";
import { vae } from "../../../plugins/vae/vae.ts";
import {
  adam, autoencoder, autoencoding, bernoulli, dcgan, digits, discriminatorStep, game, gaussian, generatorStep, gan, labelledSubset, nonSaturating, rescaled, step,
  trainUnordered$, unet, type AnyPlugin, type Game, type RunOptions,
} from "../../../src/index.ts";
import { recipes } from "./digits.ts";
import type { Bench, Job, Measured, Table } from "./table.ts";

const rounds = 60;
const data = digits({ batchSize: 32 });
const optimizer = adam({ learningRate: 1e-3, beta1: 0.5 });
const networks = dcgan({ generator: { widths: [24, 48] }, discriminator: { widths: [12, 24, 48, 96] } });
const sides = { widths: [8, 16, 32, 64] };

/** A game and its plugins, and the loss to be read. */
type Play = (options: RunOptions) => readonly [game: Game, plugins: readonly AnyPlugin[], loss: string];

const adversarial = (plugin: AnyPlugin): Play => (options) => [
  gan({ data, noise: gaussian(16), networks, objective: nonSaturating(), optimizers: optimizer, ...options }),
  [plugin, discriminatorStep(), generatorStep()],
  "discriminator",
];
const ofCodes = (...plugins: readonly AnyPlugin[]): Play => (options) => [
  autoencoding({ data: rescaled(data, [0, 1]), networks: autoencoder({ codes: 8 }), likelihood: bernoulli(), optimizer, ...options }),
  plugins,
  "reconstruction",
];

/** A row of the table of GANs on MNIST. */
const family = (name: string): Play => (options) => {
  const { plugins, networks: own = networks, objective = nonSaturating(), optimizers = optimizer, discriminatorTurns = 1 } = recipes[name]!;
  return [
    gan({ data, noise: gaussian(16), networks: own, objective, optimizers, ...options }),
    [...plugins, discriminatorStep({ times: discriminatorTurns }), generatorStep()],
    "discriminator",
  ];
};

const families = ["MLP GAN", "least squares", "hinge, spectral normalisation", "R1", "PacGAN-2", "WGAN, clipping", "WGAN-GP"];

const rows: Readonly<Record<string, Play>> = {
  ...Object.fromEntries(families.map((name) => [name, family(name)])),
  conditional: adversarial(conditional()),
  acgan: adversarial(acgan()),
  infogan: adversarial(infogan()),
  semisupervised: adversarial(kPlusOne({ labelled: labelledSubset(data, { perClass: 10, seed: 1 }) })),
  progressive: (options) => [
    gan({ data: digits({ batchSize: 32, pad: 32 }), noise: gaussian(16), networks: growing({ generator: sides, discriminator: sides }), objective: nonSaturating(), optimizers: optimizer, ...options }),
    [progressive({ stages: [{ side: 4, hold: 15 }, { side: 8, fade: 8, hold: 7 }, { side: 16, fade: 8, hold: 7 }, { side: 32, fade: 8, hold: 7 }] }), discriminatorStep(), generatorStep()],
    "discriminator",
  ],
  aae: ofCodes(aae({ prior: gaussian(8) }), step("reconstruction"), discriminatorStep(), step("regularisation")),
  vae: ofCodes(vae(), step("reconstruction")),
  diffusion: (options) => [game({ sources: { data }, ...options }), [diffusion({ network: unet({ widths: [16, 32], patch: 2 }), optimizer }), step("denoising")], "denoising"],
};

async function play(row: string, { backend }: Bench): Promise<Measured> {
  const [of, plugins, loss] = rows[row]!({ backend, rounds, seed: 1 });
  const training = trainUnordered$(of, plugins);
  const played: number[] = [];
  let elapsedMs = 0;
  for await (const event of training) {
    if (event._tag === "RoundPlayed") played.push(event.metrics[`loss/${loss}`]!);
    if (event._tag === "RunCompleted") elapsedMs = event.elapsedMs;
  }
  await training.closed;
  const mean = (of: readonly number[]): number => of.reduce((sum, value) => sum + value, 0) / of.length;
  return { loss, first: mean(played.slice(0, 5)), last: mean(played.slice(-5)), msPerRound: elapsedMs / rounds };
}

export const webgpuRuns: Table = {
  name: "webgpuRuns",
  title: "Every family on WebGPU",
  about: `
${rounds} rounds on MNIST of each family of GANs (as in their table, with Adam 1e-3) and of each plugin, on a software adapter where there is no GPU: that it plays there, and where its first loss goes. The
means are of the first and the last five rounds; milliseconds include compiling the shaders.`,
  msPerRound: 400,
  columns: [
    { figure: "loss", heading: "loss", digits: 0 },
    { figure: "first", heading: "at first", digits: 3 },
    { figure: "last", heading: "at last", digits: 3 },
    { figure: "msPerRound", heading: "ms a round", digits: 0 },
  ],
  jobs: Object.keys(rows).map((row): Job => ({ row, seed: 1, rounds, backend: "webgpu", run: (bench) => play(row, bench) })),
};
