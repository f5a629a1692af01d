/** What drawing costs, beside the runtime's own `Math.random`: `bun tests/bench/randomNumbers.ts`, `deno run -A …`. */
import process from "node:process";
import { Bench } from "tinybench";
import type { Device } from "../../src/backends/device.ts";
import { openDevice } from "../../src/backends/openDevice.ts";
import {
  dropoutMask, fold, gaussian, integers, mixture, normals, normalTensor, permutation, rootKey, tf, uniforms, uniformTensor,
  type OpenSource, type Tensor,
} from "../../src/index.ts";
import { interleaved, ratioTo, rounded } from "./speed/interleaved.ts";

const COUNT = 6_400;
const key = rootKey(1);
const { signal } = new AbortController();
const noise = (await gaussian(100).open({ key, signal })) as OpenSource;
const ring = (await mixture("ring", { batchSize: 64 }).open({ key, signal })) as OpenSource;
const bench = new Bench({ name: `drawing ${COUNT} numbers`, time: 300, throws: true })
  .add("Math.random", () => Float32Array.from({ length: COUNT }, Math.random), { async: false })
  .add("uniforms", () => uniforms(key, COUNT), { async: false })
  .add("normals", () => normals(key, COUNT), { async: false })
  .add("integers below 10", () => integers(key, COUNT, 10), { async: false })
  .add("permutation of 60,000", () => permutation(key, 60_000), { async: false })
  .add("fold of two steps, 1,000 times", () => { for (let i = 0; i < 1_000; i++) fold(key, "round", i); }, { async: false })
  .add("gaussian(100), a batch of 64", () => void noise.at(0, 64, signal), { async: false })
  .add("mixture, a batch of 64", () => void ring.at(0, 64, signal), { async: false });
bench.runSync();
const [yardstick] = bench.tasks;
const medianOf = ({ result }: (typeof bench.tasks)[number]): number => (result.state === "completed" ? result.latency.p50 : NaN);
for (const task of bench.tasks) {
  console.log(JSON.stringify({ bench: "randomNumbers", runtime: bench.runtime, task: task.name, medianMs: Number(medianOf(task).toFixed(4)), ratio: Number((medianOf(task) / medianOf(yardstick!)).toFixed(2)) }));
}

/**
 * Tensors of drawn numbers: drawn by the device beside drawn by JavaScript and uploaded, in turns, each with one operation
 * that reads them, until the device has done it. `ratio` is the time of the upload over ours.
 */
for (const backend of ["wasm", "webgpu"] as const) {
  const device = await openDevice(backend).catch((problem: Error) => void console.log(JSON.stringify({ bench: "randomNumbers", failed: problem.message })));
  if (device === undefined) continue;
  await measureTensors(device);
  await device.close();
}
process.exit();

async function measureTensors(device: Device): Promise<void> {
  const CALLS = 16;
  const perCall = async (draw: () => Tensor): Promise<number> => {
    await device.fence();
    const startedAt = performance.now();
    for (let call = 0; call < CALLS; call++) tf.tidy(() => void tf.neg(draw()));
    await device.fence();
    return (performance.now() - startedAt) / CALLS;
  };
  const { runtime, backend, adapter } = device.description;
  for (const count of [64, 6_400, 64 * 28 * 28, 64 * 28 * 28 * 32]) {
    const tasks: Record<string, readonly [onDevice: () => Tensor, uploaded: () => Tensor]> = {
      "uniform tensor": [() => uniformTensor(key, [count]), () => tf.tensor1d(uniforms(key, count))],
      "normal tensor": [() => normalTensor(key, [count]), () => tf.tensor1d(normals(key, count))],
      "dropout mask": [() => dropoutMask(key, [count], 0.5), () => tf.tensor1d(halfMask(count))],
    };
    for (const [task, [onDevice, uploaded]] of Object.entries(tasks)) {
      const figures = await interleaved([{ name: "device", run: () => perCall(onDevice) }, { name: "upload", run: () => perCall(uploaded) }], 15, (_, problem) => { throw problem; });
      const [own, other] = [figures.get("device")!, figures.get("upload")!];
      console.log(JSON.stringify({
        bench: "randomNumbers", runtime, backend, adapter, task, count,
        ...{ deviceMs: rounded(own.medianMs), deviceSpreadMs: own.spreadMs.map(rounded), uploadMs: rounded(other.medianMs), uploadSpreadMs: other.spreadMs.map(rounded) },
        ratio: rounded(ratioTo(other, own)[0]),
      }));
    }
  }
}

function halfMask(count: number): Float32Array {
  const values = uniforms(key, count);
  for (let i = 0; i < count; i++) values[i] = values[i]! < 0.5 ? 0 : 2;
  return values;
}
