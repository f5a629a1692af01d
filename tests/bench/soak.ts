/**
 * Trains a tiny pair of networks for a long time and prints what the process holds, one JSON line at a time: resident
 * memory, memory maps (Linux), tensors and GPU bytes. All must be flat after the first lines; on Deno the maps swing by up
 * to 10,000 between two collections of native handles (uncollected they grow by 40 a round, to the death at 65,530).
 *
 *   bun tests/bench/soak.ts --backend webgpu --rounds 5000 --every 500
 *   deno run -A tests/bench/soak.ts --backend webgpu
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { BackendChoice } from "../../src/backends/device.ts";
import { openDevice } from "../../src/backends/openDevice.ts";
import { trainingStep } from "../backends/trainingStep.ts";

const { values } = parseArgs({
  options: {
    backend: { type: "string", default: "webgpu" },
    rounds: { type: "string", default: "5000" },
    every: { type: "string", default: "500" },
  },
});
const rounds = Number(values.rounds);
const every = Number(values.every);

const device = await openDevice(values.backend as BackendChoice);
const step = trainingStep();
const { runtime, backend, adapter } = device.description;
let began = performance.now();
for (let round = 1; round <= rounds; round++) {
  step.play().dispose();
  device.tick();
  if (round % 4 === 0) await device.fence();
  if (round % every !== 0 && round !== 1) continue;
  await device.fence();
  const failure = device.failure();
  if (failure !== undefined) throw failure;
  const milliseconds = (performance.now() - began) / (round === 1 ? 1 : every);
  console.log(
    JSON.stringify({
      runtime,
      backend,
      adapter,
      round,
      residentMiB: residentMiB(),
      maps: mapCount(),
      ...device.memory(),
      msPerRound: Number(milliseconds.toFixed(2)),
    }),
  );
  began = performance.now();
}
step.dispose();
await device.close();

function residentMiB(): number {
  return Math.round(process.memoryUsage().rss / 2 ** 20);
}

/** Lines of /proc/self/maps; the kernel allows 65,530. */
function mapCount(): number | undefined {
  try {
    return readFileSync("/proc/self/maps", "utf8").trimEnd().split("\n").length;
  } catch {
    return undefined;
  }
}
