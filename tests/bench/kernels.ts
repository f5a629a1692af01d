/**
 * Each of our kernels beside tfjs' own, in one run and taking turns, until the device has done it: one JSON line per case,
 * with the time of tfjs' kernel over ours as `ratio`. Kernels that tfjs lacks are timed alone; those without a case here
 * are named at the end. `--tiles` takes WebGPU's tilings, those of a comma list in turns, too; with two of them the second's
 * time over the first's is `tilesRatio`.
 *
 *   bun tests/bench/kernels.ts --backend wasm
 *   deno run -A tests/bench/kernels.ts --backend webgpu --only Conv2D,BatchMatMul
 *   deno run -A tests/bench/kernels.ts --backend webgpu --tiles registers,workgroup
 */
import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import type { Tiles } from "../../src/backends/device.ts";
import { useTiles } from "../../src/backends/kernels/tiles.ts";
import { openDevice } from "../../src/backends/openDevice.ts";
import { type Tensor, tf } from "../../src/math/tensor.ts";
import { interleaved, ratioTo, rounded, type Runner } from "./speed/interleaved.ts";

const { values: options } = parseArgs({
  options: { backend: { type: "string", default: "wasm" }, only: { type: "string" }, laps: { type: "string", default: "15" }, tiles: { type: "string" } },
});
const backend = options.backend as "wasm" | "webgpu";
const tilings = (options.tiles?.split(",") ?? []) as readonly Tiles[];
if (tilings.some((tiles) => tiles !== "registers" && tiles !== "workgroup")) throw new Error(`--tiles: expected registers, workgroup or both with a comma, got ${options.tiles}`);
// One wait for the GPU costs 10 ms on Deno.
const calls = backend === "webgpu" ? 8 : 1;

interface Case {
  readonly kernel: string;
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly attributes: object;
}

const image = [64, 14, 14, 32];
const small = [64, 7, 7, 64];
const filter = [4, 4, 32, 64];
const first = [64, 28, 28, 1];
const firstFilter = [4, 4, 1, 32];
const convolution = { strides: 2, pad: "same", dataFormat: "NHWC" };
const straight = { transposeA: false, transposeB: false };
const statistics = { mean: [32], variance: [32], scale: [32], offset: [32] };
const cases: readonly Case[] = [
  { kernel: "Conv2D", inputs: { x: image, filter }, attributes: { ...convolution, dilations: 1 } },
  { kernel: "Conv2D", inputs: { x: first, filter: firstFilter }, attributes: { ...convolution, dilations: 1 } },
  { kernel: "FusedConv2D", inputs: { x: image, filter, bias: [64] }, attributes: { ...convolution, dilations: 1, activation: "linear" } },
  { kernel: "Conv2DBackpropInput", inputs: { dy: small, filter }, attributes: { ...convolution, inputShape: image } },
  { kernel: "Conv2DBackpropInput", inputs: { dy: image, filter: firstFilter }, attributes: { ...convolution, inputShape: first } },
  { kernel: "Conv2DBackpropFilter", inputs: { x: image, dy: small }, attributes: { ...convolution, filterShape: filter } },
  { kernel: "Conv2DBackpropFilter", inputs: { x: first, dy: image }, attributes: { ...convolution, filterShape: firstFilter } },
  { kernel: "Conv2DBackpropFilter", inputs: { x: [32, 14, 14, 12], dy: [32, 7, 7, 24] }, attributes: { ...convolution, filterShape: [4, 4, 12, 24] } },
  { kernel: "BatchMatMul", inputs: { a: [1, 256, 128], b: [1, 128, 128] }, attributes: straight },
  { kernel: "BatchMatMul", inputs: { a: [1, 256, 128], b: [1, 256, 128] }, attributes: { ...straight, transposeA: true } },
  { kernel: "BatchMatMul", inputs: { a: [1, 256, 128], b: [1, 128, 128] }, attributes: { ...straight, transposeB: true } },
  { kernel: "BatchMatMul", inputs: { a: [1, 64, 3136], b: [1, 3136, 1] }, attributes: straight },
  { kernel: "BatchMatMul", inputs: { a: [1, 64, 64], b: [1, 64, 3136] }, attributes: straight },
  { kernel: "_FusedMatMul", inputs: { a: [1, 256, 128], b: [1, 128, 128], bias: [128] }, attributes: { ...straight, activation: "relu" } },
  { kernel: "Sum", inputs: { x: image }, attributes: { axis: [0, 1, 2], keepDims: false } },
  { kernel: "Sum", inputs: { x: [256, 128] }, attributes: { axis: [0], keepDims: false } },
  { kernel: "Mean", inputs: { x: image }, attributes: { axis: [0, 1, 2], keepDims: false } },
  { kernel: "FusedBatchNorm", inputs: { x: image, ...statistics }, attributes: { varianceEpsilon: 1e-5 } },
  { kernel: "LeakyRelu", inputs: { x: image }, attributes: { alpha: 0.2 } },
  { kernel: "LeakyReluGrad", inputs: { x: image, dy: image }, attributes: { alpha: 0.2 } },
  { kernel: "Tile", inputs: { x: [1, 1, 1, 32] }, attributes: { reps: [64, 14, 14, 1] } },
  { kernel: "Identity", inputs: { x: image }, attributes: {} },
];

// tfjs' own, before ours take their place.
if (backend === "wasm") {
  const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm")) + sep);
} else await import("@tensorflow/tfjs-backend-webgpu");
const stock = new Map(tf.getKernelsForBackend(backend).map(({ kernelName, kernelFunc }) => [kernelName, kernelFunc]));
const device = await openDevice(backend);
const { runtime, adapter = "", kernels } = device.description;

for (const { kernel, inputs, attributes } of cases) {
  if (options.only !== undefined && !options.only.split(",").includes(kernel)) continue;
  const ours = tf.getKernel(kernel, backend)?.kernelFunc;
  const theirs = stock.get(kernel);
  if (ours === undefined || ours === theirs) continue;
  const tensors = Object.fromEntries(Object.entries(inputs).map(([name, shape]) => [name, tf.abs(tf.randomNormal([...shape]))])) as Record<string, Tensor>;
  const runner = (name: string, run: tf.KernelFunc): Runner => ({ name, run: async () => milliseconds(run, tensors, attributes) });
  const own = tilings.length === 0 ? [runner("ours", ours)] : tilings.map((tiles) => tiled(tiles, runner(tiles, ours)));
  const runners = [...own, ...(theirs === undefined ? [] : [runner("tfjs", theirs)])];
  const figures = await interleaved(runners, Number(options.laps), (name, problem) => console.log(JSON.stringify({ bench: "kernels", kernel, ...inputs, failed: name, reason: problem.message })));
  const [first, second] = own.map(({ name }) => figures.get(name));
  const other = figures.get("tfjs");
  if (first !== undefined) {
    console.log(JSON.stringify({
      bench: "kernels", runtime, backend, adapter, kernel, ...inputs,
      ...Object.fromEntries([...figures].flatMap(([name, { medianMs, spreadMs }]) => [[`${name}Ms`, rounded(medianMs)], [`${name}SpreadMs`, spreadMs.map(rounded)]])),
      ...(other === undefined ? {} : { ratio: rounded(ratioTo(other, first)[0]) }),
      ...(second === undefined ? {} : { tilesRatio: ratioTo(second, first).map(rounded) }),
    }));
  }
  tf.dispose(tensors);
}
const measured = new Set(cases.map(({ kernel }) => kernel));
console.log(JSON.stringify({ bench: "kernels", runtime, backend, withoutCase: kernels.filter((name) => name.startsWith("kernel/") && ![...measured].some((kernel) => name.includes(kernel))) }));
await device.close();
process.exit();

/** The same in this tiling. */
function tiled(tiles: Tiles, { name, run }: Runner): Runner {
  return {
    name,
    run: () => {
      useTiles(tf.backend() as Parameters<typeof useTiles>[0], tiles);
      return run();
    },
  };
}

/** Of one call, over several and one wait. */
async function milliseconds(run: tf.KernelFunc, tensors: Record<string, Tensor>, attributes: object): Promise<number> {
  await device.fence();
  const startedAt = performance.now();
  for (let call = 0; call < calls; call++) {
    const { dataId } = run({ inputs: tensors, attrs: attributes as never, backend: tf.backend() }) as tf.TensorInfo;
    tf.backend().disposeData(dataId);
  }
  await device.fence();
  return (performance.now() - startedAt) / calls;
}
