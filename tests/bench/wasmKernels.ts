/**
 * Our wasm kernels beside tfjs' own, in one run and taking turns: median milliseconds of each, one JSON line per case.
 * `Conv2DBackpropFilter` and `LeakyReluGrad` have no counterpart there.
 *
 *   bun tests/bench/wasmKernels.ts
 *   deno run -A tests/bench/wasmKernels.ts
 */
import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { openDevice } from "../../src/backends/openDevice.ts";
import { type Tensor, tf } from "../../src/math/tensor.ts";

type Run = () => { dispose(): void };
interface Case {
  readonly kernel: string;
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly attributes: object;
}

const image = [64, 14, 14, 32];
const small = [64, 7, 7, 64];
const filter = [4, 4, 32, 64];
const convolution = { strides: 2, pad: "same", dataFormat: "NHWC" };
const noTranspose = { transposeA: false, transposeB: false };
const cases: readonly Case[] = [
  { kernel: "Conv2D", inputs: { x: image, filter }, attributes: { ...convolution, dilations: 1 } },
  { kernel: "Conv2DBackpropInput", inputs: { dy: small, filter }, attributes: { ...convolution, inputShape: image } },
  { kernel: "Conv2DBackpropFilter", inputs: { x: image, dy: small }, attributes: { ...convolution, filterShape: filter } },
  { kernel: "BatchMatMul", inputs: { a: [1, 256, 128], b: [1, 128, 128] }, attributes: noTranspose },
  { kernel: "BatchMatMul", inputs: { a: [1, 256, 128], b: [1, 256, 128] }, attributes: { ...noTranspose, transposeA: true } },
  { kernel: "BatchMatMul", inputs: { a: [1, 256, 128], b: [1, 128, 128] }, attributes: { ...noTranspose, transposeB: true } },
  { kernel: "Sum", inputs: { x: image }, attributes: { axis: [0, 1, 2], keepDims: false } },
  { kernel: "Mean", inputs: { x: image }, attributes: { axis: [0, 1, 2], keepDims: false } },
  {
    kernel: "FusedBatchNorm",
    inputs: { x: image, mean: [32], variance: [32], scale: [32], offset: [32] },
    attributes: { varianceEpsilon: 1e-5 },
  },
  { kernel: "LeakyRelu", inputs: { x: image }, attributes: { alpha: 0.2 } },
  { kernel: "LeakyReluGrad", inputs: { x: image, dy: image }, attributes: { alpha: 0.2 } },
  { kernel: "Tile", inputs: { x: [1, 1, 1, 32] }, attributes: { reps: [64, 14, 14, 1] } },
  { kernel: "Identity", inputs: { x: image }, attributes: {} },
];

setWasmPaths(dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm")) + sep);
await tf.setBackend("wasm");
const stock = new Map(cases.map(({ kernel }) => [kernel, tf.getKernel(kernel, "wasm")?.kernelFunc]));
const device = await openDevice("wasm");

for (const { kernel, inputs, attributes } of cases) {
  const tensors = Object.fromEntries(Object.entries(inputs).map(([name, shape]) => [name, tf.abs(tf.randomNormal([...shape]))])) as Record<
    string,
    Tensor
  >;
  const timed = (run: tf.KernelFunc): Run => () => {
    const { dataId } = run({ inputs: tensors, attrs: attributes as never, backend: tf.backend() }) as tf.TensorInfo;
    return { dispose: () => void tf.backend().disposeData(dataId) };
  };
  const theirs = stock.get(kernel);
  const [ours, before] = alternately(timed(tf.getKernel(kernel, "wasm").kernelFunc), theirs === undefined ? undefined : timed(theirs));
  console.log(JSON.stringify({
    runtime: device.description.runtime,
    kernel,
    ...inputs,
    oursMs: Number(ours.toFixed(3)),
    ...(before === undefined ? {} : { tfjsMs: Number(before.toFixed(3)), ratio: Number((before / ours).toFixed(2)) }),
  }));
  tf.dispose(tensors);
}
await device.close();

/** Medians of both over the same stretch of time. */
function alternately(ours: Run, theirs: Run | undefined): [number, number | undefined] {
  const times: [number[], number[]] = [[], []];
  const measure = (run: Run | undefined, into: number[]): void => {
    if (run === undefined) return;
    const began = performance.now();
    const result = run();
    into.push(performance.now() - began);
    result.dispose();
  };
  for (let round = 0; round < 25; round++) {
    measure(ours, times[0]);
    measure(theirs, times[1]);
  }
  // The first five warm up.
  const [first, second] = times.map((list) => list.slice(5).toSorted((a, b) => a - b)) as [number[], number[]];
  return [first[first.length >> 1]!, second[second.length >> 1]];
}
