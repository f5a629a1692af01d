/**
 * Our WebGPU kernels beside tfjs' own, in one run and taking turns: median milliseconds of each until the device has done
 * it, one JSON line per case.
 *
 *   bun tests/bench/webgpuKernels.ts
 *   deno run -A tests/bench/webgpuKernels.ts Conv2D
 */
import "@tensorflow/tfjs-backend-webgpu";
import { openDevice } from "../../src/backends/openDevice.ts";
import { type Tensor, tf } from "../../src/math/tensor.ts";

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
const cases: readonly Case[] = [
  { kernel: "Conv2D", inputs: { x: image, filter }, attributes: { ...convolution, dilations: 1 } },
  { kernel: "Conv2D", inputs: { x: first, filter: firstFilter }, attributes: { ...convolution, dilations: 1 } },
  { kernel: "Conv2DBackpropInput", inputs: { dy: small, filter }, attributes: { ...convolution, inputShape: image } },
  { kernel: "Conv2DBackpropInput", inputs: { dy: image, filter: firstFilter }, attributes: { ...convolution, inputShape: first } },
  { kernel: "Conv2DBackpropFilter", inputs: { x: image, dy: small }, attributes: { ...convolution, filterShape: filter } },
  { kernel: "Conv2DBackpropFilter", inputs: { x: first, dy: image }, attributes: { ...convolution, filterShape: firstFilter } },
  {
    kernel: "Conv2DBackpropFilter",
    inputs: { x: [32, 14, 14, 12], dy: [32, 7, 7, 24] },
    attributes: { ...convolution, filterShape: [4, 4, 12, 24] },
  },
  { kernel: "BatchMatMul", inputs: { a: [1, 256, 128], b: [1, 128, 128] }, attributes: straight },
  { kernel: "BatchMatMul", inputs: { a: [1, 256, 128], b: [1, 256, 128] }, attributes: { ...straight, transposeA: true } },
  { kernel: "BatchMatMul", inputs: { a: [1, 256, 128], b: [1, 128, 128] }, attributes: { ...straight, transposeB: true } },
  { kernel: "BatchMatMul", inputs: { a: [1, 64, 3136], b: [1, 3136, 1] }, attributes: straight },
  { kernel: "BatchMatMul", inputs: { a: [1, 64, 64], b: [1, 64, 3136] }, attributes: straight },
  { kernel: "Sum", inputs: { x: image }, attributes: { axis: [0, 1, 2], keepDims: false } },
  { kernel: "Sum", inputs: { x: [256, 128] }, attributes: { axis: [0], keepDims: false } },
  { kernel: "Mean", inputs: { x: image }, attributes: { axis: [0, 1, 2], keepDims: false } },
  {
    kernel: "FusedBatchNorm",
    inputs: { x: image, mean: [32], variance: [32], scale: [32], offset: [32] },
    attributes: { varianceEpsilon: 1e-5 },
  },
  { kernel: "Tile", inputs: { x: [1, 1, 1, 32] }, attributes: { reps: [64, 14, 14, 1] } },
];

const only = process.argv[2];
const stock = new Map(cases.map(({ kernel }) => [kernel, tf.getKernel(kernel, "webgpu").kernelFunc]));
const device = await openDevice("webgpu");
for (const { kernel, inputs, attributes } of cases) {
  if (only !== undefined && only !== kernel) continue;
  const ours = tf.getKernel(kernel, "webgpu").kernelFunc;
  if (ours === stock.get(kernel)) continue;
  const tensors = Object.fromEntries(Object.entries(inputs).map(([name, shape]) => [name, tf.abs(tf.randomNormal([...shape]))])) as Record<
    string,
    Tensor
  >;
  const [oursMs, tfjsMs] = await alternately([ours, stock.get(kernel)!], tensors, attributes);
  console.log(JSON.stringify({
    bench: "webgpuKernels",
    runtime: device.description.runtime,
    adapter: device.description.adapter,
    kernel,
    ...inputs,
    oursMs: Number(oursMs!.toFixed(3)),
    tfjsMs: Number(tfjsMs!.toFixed(3)),
    ratio: Number((tfjsMs! / oursMs!).toFixed(2)),
  }));
  tf.dispose(tensors);
}
await device.close();

/** Median milliseconds a call, each measured over several calls and one wait, which costs 10 ms on Deno. */
async function alternately(kernels: readonly tf.KernelFunc[], tensors: Record<string, Tensor>, attributes: object): Promise<number[]> {
  const calls = 8;
  const times: number[][] = kernels.map(() => []);
  for (let round = 0; round < 7; round++) {
    for (const [which, run] of kernels.entries()) {
      await device.fence();
      const began = performance.now();
      for (let call = 0; call < calls; call++) {
        const { dataId } = run({ inputs: tensors, attrs: attributes as never, backend: tf.backend() }) as tf.TensorInfo;
        tf.backend().disposeData(dataId);
      }
      await device.fence();
      times[which]!.push((performance.now() - began) / calls);
    }
  }
  // The first compiles.
  return times.map((list) => list.slice(1).toSorted((a, b) => a - b)[3]!);
}
