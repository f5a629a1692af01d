import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { sizeOf, type tf } from "../../../math/tensor.ts";
import type { Kernel, KernelReplacement } from "../replaceKernel.ts";
import { heapScratch } from "../simd/heapScratch.ts";
import { accumulateTransposed, type Factor, multiply, packedSize, packPanels, panelsFor, panelsInPlace } from "../simd/matrixProduct.ts";
import { panelWidth } from "../simd/rowProduct.ts";
import { addressOf, simdKernels } from "../simd/simdKernels.ts";
import { type WasmScratch, wasmScratch } from "../wasmScratch.ts";
import { wasmTensor } from "../wasmTensors.ts";

/** Rows of A below which B is not worth packing. */
const fewRows = 24;
/** Depth summed at a time where A is transposed: its columns lie far apart, and so many still share the cache. */
const depthAtOnce = 256;

/**
 * Matrix products, either factor transposed or not. tfjs' are as fast where neither is and a naive loop otherwise,
 * 11 to 17 times slower (`tests/bench/kernels.ts`), and every gradient of a dense layer has a transposed factor.
 */
export const matMul: KernelReplacement = { kernel: "BatchMatMul", backend: "wasm", make: product };

function product(stock: Kernel | undefined): Kernel {
  return (call) => {
    const { inputs: { a, b }, attrs } = call;
    const [transposeA, transposeB] = [attrs["transposeA"] === true, attrs["transposeB"] === true];
    const [batchA, rowsA, columnsA] = asBatch(a!);
    const [batchB, rowsB, columnsB] = asBatch(b!);
    const [rows, depth] = transposeA ? [columnsA, rowsA] : [rowsA, columnsA];
    const columns = transposeB ? rowsB : columnsB;
    const isPlain = batchA === batchB && a!.shape.length === b!.shape.length && a!.dtype === "float32" && b!.dtype === "float32";
    if (!isPlain || batchA * rows * columns * depth === 0) return stock!(call);

    const backend = call.backend as BackendWasm;
    const simd = simdKernels(backend);
    const output = wasmTensor(backend, [...a!.shape.slice(0, -2), rows, columns]);
    const scratch = heapScratch(backend);
    const isWhole = columns % panelWidth === 0;
    const isInPlace = isWhole && !transposeB && rows < fewRows;
    const packed = isInPlace ? 0 : scratch.floats(packedSize(depth, columns));
    const wideColumns = panelsFor(columns) * panelWidth;
    const wide = isWhole ? 0 : scratch.floats(rows * wideColumns);

    for (let i = 0; i < batchA; i++) {
      const factor: Factor = {
        address: addressOf(backend, b!) + 4 * i * depth * columns,
        depth,
        columns,
        ...(transposeB ? { rowStride: 4, columnStride: 4 * depth } : { rowStride: 4 * columns, columnStride: 4 }),
      };
      const panels = isInPlace ? panelsInPlace(factor) : packPanels(simd, scratch, factor, packed);
      const target = addressOf(backend, output) + 4 * i * rows * columns;
      const to = { address: isWhole ? target : wide, stride: 4 * wideColumns };
      const from = addressOf(backend, a!) + 4 * i * rows * depth;
      if (transposeA) {
        scratch.view(to.address, rows * wideColumns).fill(0);
        for (let l = 0; l < depth; l += depthAtOnce) {
          const lower = { ...panels, address: panels.address + l * panels.stride };
          accumulateTransposed(simd, { address: from + 4 * l * rows, stride: 4 * rows }, lower, to, rows, Math.min(depthAtOnce, depth - l));
        }
      } else {
        multiply(simd, { address: from, stride: 4 * depth }, panels, to, rows, depth);
      }
      if (!isWhole) simd.copyRuns(target, 4 * columns, wide, to.stride, 4 * columns, rows);
    }
    scratch.free();
    return output;
  };
}

function asBatch({ shape }: tf.TensorInfo): [batch: number, rows: number, columns: number] {
  return [sizeOf(shape.slice(0, -2)), shape.at(-2)!, shape.at(-1)!];
}

/** With bias and activation, as tfjs' own layers use it: transposed first, then tfjs' kernel. */
export const fusedMatMul: KernelReplacement = {
  kernel: "_FusedMatMul",
  backend: "wasm",
  make: (stock) => ({ inputs, attrs, backend }) => {
    const { transposeA, transposeB } = attrs;
    if (!transposeA && !transposeB) return stock!({ inputs, attrs, backend });
    const scratch = wasmScratch(backend as BackendWasm);
    const plain = {
      ...inputs,
      ...(transposeA ? { a: swapLast(scratch, inputs["a"]!) } : {}),
      ...(transposeB ? { b: swapLast(scratch, inputs["b"]!) } : {}),
    };
    return scratch.keep(stock!({ inputs: plain, attrs: { ...attrs, transposeA: false, transposeB: false }, backend }) as tf.TensorInfo);
  },
};

function swapLast(scratch: WasmScratch, matrices: tf.TensorInfo): tf.TensorInfo {
  const rank = matrices.shape.length;
  return scratch.transpose(matrices, [...Array(rank - 2).keys(), rank - 1, rank - 2]);
}
