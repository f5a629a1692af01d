import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { tf } from "../../../math/tensor.ts";
import type { KernelReplacement } from "../replaceKernel.ts";
import { samplesAtOnce } from "../simd/closeness.ts";
import { type HeapScratch, heapScratch } from "../simd/heapScratch.ts";
import { addressOf, simdKernels } from "../simd/simdKernels.ts";
import { wasmTensor } from "../wasmTensors.ts";
import { closenessGradKernel, closenessKernel } from "./closeness.ts";

/** So far from everything that it is close to nothing. */
const faraway = 1e30;

/** Measure by measure, the samples of a batch side by side. */
export const closeness: readonly KernelReplacement[] = [
  {
    kernel: closenessKernel,
    backend: "wasm",
    make: () => ({ inputs: { m }, attrs, backend: running }) => {
      const backend = running as BackendWasm;
      const { measures } = attrs as { readonly measures: number };
      const [batch, columns] = m!.shape as [number, number];
      const dimensions = columns / measures;
      const output = wasmTensor(backend, [batch, measures]);
      const scratch = heapScratch(backend);
      const simd = simdKernels(backend);
      const samples = turned(backend, scratch, m!, faraway);
      const to = addressOf(backend, output);
      for (let measure = 0; measure < measures; measure++) {
        simd.closeness(to + 4 * measure, 4 * measures, samples.at + measure * dimensions * samples.rowBytes, samples.rowBytes, dimensions, batch);
      }
      scratch.free();
      return output;
    },
  },
  {
    kernel: closenessGradKernel,
    backend: "wasm",
    make: () => ({ inputs: { m, dy }, attrs, backend: running }) => {
      const backend = running as BackendWasm;
      const { measures } = attrs as { readonly measures: number };
      const [batch, columns] = m!.shape as [number, number];
      const dimensions = columns / measures;
      const output = wasmTensor(backend, m!.shape);
      const scratch = heapScratch(backend);
      const simd = simdKernels(backend);
      const [samples, slopes] = [turned(backend, scratch, m!, faraway), turned(backend, scratch, dy!, 0)];
      const [weights, to] = [scratch.floats(samples.rowBytes / 4), addressOf(backend, output)];
      for (let measure = 0; measure < measures; measure++) {
        const [first, row] = [measure * dimensions, samples.rowBytes];
        simd.closenessGrad(to + 4 * first, 4 * columns, samples.at + first * row, slopes.at + measure * row, weights, row, dimensions, batch);
      }
      scratch.free();
      return output;
    },
  },
];

/** The columns of a matrix as rows, filled up to whole steps. */
function turned(backend: BackendWasm, scratch: HeapScratch, matrix: tf.TensorInfo, filler: number): { readonly at: number; readonly rowBytes: number } {
  const [rows, columns] = matrix.shape as [number, number];
  const width = samplesAtOnce * Math.ceil(rows / samplesAtOnce);
  const at = scratch.floats(width * columns);
  const [simd, from] = [simdKernels(backend), addressOf(backend, matrix)];
  for (let column = 0; column < columns; column++) {
    simd.copyRuns(at + 4 * width * column, 4, from + 4 * column, 4 * columns, 4, rows);
    if (width > rows) scratch.view(at + 4 * (width * column + rows), width - rows).fill(filler);
  }
  return { at, rowBytes: 4 * width };
}
