/**
 * Trains a tiny pair of networks with `train$` for a long time and prints what the process holds, one JSON line at a time:
 * resident memory, memory maps (Linux), tensors and GPU bytes. All must be flat after the first lines; on Deno the maps
 * swing by up to 10,000 between two collections of native handles (uncollected they grow by 40 a round, to the death at
 * 65,530). The last line has the growth from the first line at or after round 500 to the end.
 *
 *   bun tests/bench/soak.ts --backend webgpu --rounds 5000 --every 500
 *   deno run -A tests/bench/soak.ts --backend webgpu
 *   deno run -A tests/bench/soak.ts --backend wasm --collect
 *
 * `--collect` has the garbage collected before each line, so that what grows is what is held, and not a heap that has not been
 * full yet: V8 lets it grow for some 3,500 of these rounds before it collects.
 */
import { readFileSync } from "node:fs";
import process from "node:process";
import { parseArgs } from "node:util";
import { openDevice } from "../../src/backends/openDevice.ts";
import {
  adam, array, averageWeights, dcgan, discriminatorStep, gan, gaussian, generatorStep, nonSaturating, r1, train$, uniforms, rootKey, type BackendChoice,
} from "../../src/index.ts";
import { v8Collector } from "../../src/platform/v8Collector.ts";
import { rounded } from "./speed/interleaved.ts";

const SETTLED = 500;
const { values } = parseArgs({
  options: {
    backend: { type: "string", default: "webgpu" },
    rounds: { type: "string", default: "5000" },
    every: { type: "string", default: "500" },
    collect: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds);
const every = Number(values.every);

const device = await openDevice(values.backend as BackendChoice);
const { runtime, backend, adapter } = device.description;
const training = train$(
  gan({
    data: array({ samples: uniforms(rootKey(1), 64 * 8 * 8).map((value) => 2 * value - 1), shape: [8, 8, 1], range: [-1, 1], batchSize: 2 }),
    noise: gaussian(4),
    networks: dcgan({ generator: { widths: [4] }, discriminator: { widths: [4], batchNorm: false } }),
    objective: nonSaturating(),
    optimizers: adam({ learningRate: 2e-4, beta1: 0.5 }),
    backend: values.backend as BackendChoice,
    readEvery: 4,
    rounds,
  }),
  // A gradient of a gradient now and then.
  r1({ every: 10 }),
  discriminatorStep(),
  generatorStep(),
  averageWeights({ halfLife: 500 }),
);
let settled: { residentMiB: number; tensors: number; bytes: number; gpuBytes: number } | undefined;
let last = settled;
let began = performance.now();
let round = 0;
for await (const event of training) {
  if (event._tag !== "RoundPlayed") continue;
  round = event.round;
  if (round % every !== 0 && round !== 1 && round !== rounds) continue;
  if (values.collect) await collectGarbage();
  last = { residentMiB: Math.round(process.memoryUsage().rss / 2 ** 20), ...device.memory() };
  if (round >= SETTLED) settled ??= last;
  const milliseconds = (performance.now() - began) / (round === 1 ? 1 : every);
  console.log(JSON.stringify({ bench: "soak", ...(values.collect ? { collected: true } : {}), runtime, backend, adapter, round, ...last, maps: mapCount(), msPerRound: rounded(milliseconds) }));
  began = performance.now();
}
await training.closed;
if (settled !== undefined && last !== undefined) {
  const growth = (figure: keyof typeof settled & keyof typeof last): number => rounded(last![figure] / Math.max(1, settled![figure]));
  console.log(JSON.stringify({ bench: "soak", ...(values.collect ? { collected: true } : {}), runtime, backend, adapter, round, growth: { resident: growth("residentMiB"), tensors: growth("tensors"), bytes: growth("bytes"), gpuBytes: growth("gpuBytes") } }));
}
await device.close();
process.exit();

async function collectGarbage(): Promise<void> {
  const { Bun } = globalThis as { Bun?: { gc(isSynchronous: boolean): void } };
  if (Bun !== undefined) Bun.gc(true);
  else (await v8Collector())();
}

/** Lines of /proc/self/maps; the kernel allows 65,530. */
function mapCount(): number | undefined {
  try {
    return readFileSync("/proc/self/maps", "utf8").trimEnd().split("\n").length;
  } catch {
    return undefined;
  }
}
