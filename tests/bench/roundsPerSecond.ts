/**
 * Rounds a second of the first two examples' games, of a WGAN-GP and of a U-Net, on one runtime and backend; the README's table is made of its lines.
 *
 *   bun tests/bench/roundsPerSecond.ts --backend wasm
 *   deno run -A tests/bench/roundsPerSecond.ts --backend webgpu
 */
import { parseArgs } from "node:util";
import { diffusion } from "../../plugins/diffusion/diffusion.ts";
import {
  adam, dcgan, digits, game, gaussian, gradientPenalty, layerNorm, leakyRelu, mixture, mlp, nonSaturating, sequence, step, train$, trainGAN$, unet, wasserstein,
  type BackendChoice, type Training,
} from "../../src/index.ts";

const WARM_UP = 5;
const { values: options } = parseArgs({ options: { backend: { type: "string", default: "auto" }, rounds: { type: "string", default: "45" } } });
const rounds = Number(options.rounds);
const shared = { objective: nonSaturating(), backend: options.backend as BackendChoice, rounds, readEvery: WARM_UP };
const widths = [128, 128, 128];
const workloads: Readonly<Record<string, () => Training>> = {
  "2-D MLP, batch 256, 3 x 128": () =>
    trainGAN$({
      ...shared,
      data: mixture("ring", { batchSize: 256 }),
      noise: gaussian(8),
      networks: mlp({ generator: { widths }, discriminator: { widths } }),
      optimizers: adam({ learningRate: 1e-3, beta1: 0.5 }),
    }),
  "quick start: DCGAN, 28 px, batch 32": () =>
    trainGAN$({
      ...shared,
      data: digits({ batchSize: 32 }),
      noise: gaussian(16),
      networks: dcgan({ generator: { widths: [24, 48] }, discriminator: { widths: [12, 24, 48, 96] } }),
      optimizers: adam({ learningRate: 1e-3, beta1: 0.5 }),
    }),
  "WGAN-GP: DCGAN, layer norm in the critic, 5 critic turns, 28 px, batch 32": () =>
    trainGAN$({
      ...shared,
      data: digits({ batchSize: 32 }),
      noise: gaussian(16),
      networks: dcgan({
        generator: { widths: [24, 48] },
        // A critic under a gradient penalty has no batch norm.
        discriminator: { widths: [12, 24, 48, 96], batchNorm: false, activation: sequence({ layers: [layerNorm(), leakyRelu()] }) },
      }),
      objective: wasserstein(),
      optimizers: adam({ learningRate: 1e-4, beta1: 0, beta2: 0.9 }),
      plugins: [gradientPenalty()],
      discriminatorTurns: 5,
    }),
  "diffusion: U-Net 16-32-64, 32 px, batch 32": () =>
    train$(
      game({ sources: { data: digits({ batchSize: 32, pad: 32 }) }, backend: shared.backend, rounds, readEvery: WARM_UP }),
      diffusion({ network: unet({ widths: [16, 32, 64] }) }),
      step("denoising"),
    ),
};

for (const [workload, train] of Object.entries(workloads)) {
  const marks: number[] = [];
  const startedAt = performance.now();
  let device = {};
  for await (const event of train()) {
    if (event._tag === "RunStarted") device = event.device;
    if (event._tag === "RoundPlayed" && event.round % WARM_UP === 0) marks.push(performance.now());
  }
  const spans = marks.slice(1).map((mark, i) => (mark - marks[i]!) / WARM_UP).toSorted((a, b) => a - b);
  const median = spans[spans.length >> 1]!;
  const { runtime, backend, adapter = "" } = device as { runtime?: string; backend?: string; adapter?: string };
  console.log(JSON.stringify({
    bench: "roundsPerSecond", workload, runtime, backend, adapter,
    roundsPerSecond: Number((1000 / median).toFixed(1)),
    medianMs: Number(median.toFixed(1)), spreadMs: [spans[0]!, spans.at(-1)!].map((span) => Number(span.toFixed(1))),
    firstRoundsMs: Number((marks[0]! - startedAt).toFixed(0)),
  }));
}
