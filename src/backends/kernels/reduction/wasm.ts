import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { sizeOf, tf } from "../../../math/tensor.ts";
import type { Kernel, KernelReplacement } from "../replaceKernel.ts";
import { heapScratch } from "../simd/heapScratch.ts";
import { addressOf, type SimdKernels, simdKernels } from "../simd/simdKernels.ts";
import { wasmTensor, wasmValues } from "../wasmTensors.ts";

/**
 * Sum and mean over everything, over the leading axes (a bias' gradient, batch statistics) and over the trailing ones; other
 * axes go to tfjs, which transposes first: 0.9 ms against 0.07 for 64 × 14 × 14 × 32 (`tests/bench/kernels.ts`, Deno).
 */
export const reductions: readonly KernelReplacement[] = [
  { kernel: "Sum", backend: "wasm", make: (stock) => reduction(stock!, () => 1) },
  { kernel: "Mean", backend: "wasm", make: (stock) => reduction(stock!, (count) => 1 / count) },
];

/** Rows summed in one go, so that float32 sums of tens of thousands of rows keep their digits. */
const rowsAtOnce = 256;
/** Columns a sum over everything is spread over. */
const lanes = 64;

function reduction(stock: Kernel, factor: (count: number) => number): Kernel {
  return (call) => {
    const { inputs: { x }, attrs } = call;
    const shape = x!.shape;
    const size = sizeOf(shape);
    if (x!.dtype !== "float32" || size === 0) return stock(call);
    const axes = tf.util.parseAxisParam(attrs["axis"] as number | number[], shape).toSorted((a, b) => a - b);
    const isLeading = axes.every((axis, i) => axis === i);
    const isTrailing = axes.every((axis, i) => axis === shape.length - axes.length + i);
    if (!isLeading && !isTrailing) return stock(call);

    const backend = call.backend as BackendWasm;
    const kept = shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
    const output = wasmTensor(backend, attrs["keepDims"] === true ? kept : shape.filter((_, axis) => !axes.includes(axis)));
    const count = sizeOf(axes.map((axis) => shape[axis]!));
    if (axes.length === shape.length) sumAll(backend, x!, output, size);
    else if (isLeading) sumColumns(backend, x!, output, count, size / count);
    else sumRows(backend, x!, output, count);
    const by = factor(count);
    if (by !== 1) scale(wasmValues(backend, output), by);
    return output;
  };
}

function sumColumns(backend: BackendWasm, x: tf.TensorInfo, output: tf.TensorInfo, rows: number, columns: number): void {
  wasmValues(backend, output).fill(0);
  addColumns(simdKernels(backend), addressOf(backend, output), addressOf(backend, x), rows, columns);
}

/** As columns first, then those and what is left over in double precision. */
function sumAll(backend: BackendWasm, x: tf.TensorInfo, output: tf.TensorInfo, size: number): void {
  const scratch = heapScratch(backend);
  const sums = scratch.floats(lanes);
  const rows = Math.floor(size / lanes);
  scratch.view(sums, lanes).fill(0);
  addColumns(simdKernels(backend), sums, addressOf(backend, x), rows, lanes);
  const values = wasmValues(backend, x);
  let total = 0;
  for (const sum of scratch.view(sums, lanes)) total += sum;
  for (let i = rows * lanes; i < size; i++) total += values[i]!;
  wasmValues(backend, output)[0] = total;
  scratch.free();
}

function addColumns(simd: SimdKernels, sums: number, x: number, rows: number, columns: number): void {
  for (let row = 0; row < rows; row += rowsAtOnce) {
    simd.addColumns(sums, x + 4 * row * columns, 4 * columns, Math.min(rowsAtOnce, rows - row));
  }
}

function sumRows(backend: BackendWasm, x: tf.TensorInfo, output: tf.TensorInfo, width: number): void {
  const [from, to] = [wasmValues(backend, x), wasmValues(backend, output)];
  for (let row = 0, i = 0; row < to.length; row++) {
    let total = 0;
    for (const end = i + width; i < end; i++) total += from[i]!;
    to[row] = total;
  }
}

function scale(values: Float32Array, factor: number): void {
  for (let i = 0; i < values.length; i++) values[i]! *= factor;
}
