/**
 * Dispatches a round of small GANs, the first two games of `roundsPerSecond.ts` among them: what the GPU is asked to do, by shader. JSON lines.
 *
 *   bun tests/bench/dispatches.ts
 *   deno run -A tests/bench/dispatches.ts --shaders
 */
import { parseArgs } from "node:util";
import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { adam, dcgan, digits, gaussian, mixture, mlp, nonSaturating, trainGAN$, type Training } from "../../src/index.ts";

const { values: options } = parseArgs({ options: { shaders: { type: "boolean", default: false } } });
const shared = { objective: nonSaturating(), backend: "webgpu", rounds: 6, readEvery: 2 } as const;
const widths = [128, 128, 128];
const optimizers = adam({ learningRate: 1e-3, beta1: 0.5 });
const workloads: Readonly<Record<string, () => Training>> = {
  "2-D MLP, batch 256, 3 x 128": () =>
    trainGAN$({
      ...shared,
      optimizers,
      data: mixture("ring", { batchSize: 256 }),
      noise: gaussian(8),
      networks: mlp({ generator: { widths }, discriminator: { widths } }),
    }),
  "DCGAN as it comes, 28 px, batch 64": () =>
    trainGAN$({ ...shared, optimizers, data: digits({ batchSize: 64 }), noise: gaussian(64), networks: dcgan() }),
  "quick start: DCGAN, 28 px, batch 32": () =>
    trainGAN$({
      ...shared,
      optimizers,
      data: digits({ batchSize: 32 }),
      noise: gaussian(16),
      networks: dcgan({ generator: { widths: [24, 48] }, discriminator: { widths: [12, 24, 48, 96] } }),
    }),
};

let counts = new Map<string, number>();
interface Recorded {
  readonly shaderKey: string;
}
const recording = WebGPUBackend.prototype as unknown as { recordAndSubmit(program: Recorded, ...rest: unknown[]): void };
const record = recording.recordAndSubmit;
recording.recordAndSubmit = function (program, ...rest) {
  // Keys begin with the shader's name.
  const name = /^[a-zA-Z]+[0-9]?[a-zA-Z]*/.exec(program.shaderKey)?.[0] ?? "";
  counts.set(name, (counts.get(name) ?? 0) + 1);
  record.call(this, program, ...rest);
};

for (const [workload, train] of Object.entries(workloads)) {
  const rounds: Map<string, number>[] = [];
  let device = {};
  for await (const event of train()) {
    if (event._tag === "RunStarted") device = event.device;
    if (event._tag !== "RoundPlayed") continue;
    rounds.push(counts);
    counts = new Map();
  }
  // Over the last two that both end in a read or both do not: the engine plays up to two rounds ahead.
  const last = rounds.slice(-4);
  const total = (from: Map<string, number>): number => [...from.values()].reduce((sum, count) => sum + count, 0);
  const names = [...new Set(last.flatMap((round) => [...round.keys()]))];
  const shaders = names.map((name) => [name, last.reduce((sum, round) => sum + (round.get(name) ?? 0), 0) / last.length] as const);
  const { runtime, adapter = "" } = device as { runtime?: string; adapter?: string };
  console.log(JSON.stringify({
    bench: "dispatches",
    workload,
    runtime,
    adapter,
    dispatchesPerRound: last.reduce((sum, round) => sum + total(round), 0) / last.length,
    ...(options.shaders ? { shaders: Object.fromEntries(shaders.toSorted((one, other) => other[1] - one[1])) } : {}),
  }));
}
