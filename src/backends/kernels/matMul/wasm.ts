import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { tf } from "../../../math/tensor.ts";
import type { KernelReplacement } from "../replaceKernel.ts";
import { type WasmScratch, wasmScratch } from "../wasmScratch.ts";

/**
 * Matrix products with a transposed factor: transposed first, then multiplied. tfjs falls back to a naive loop for
 * those, 1 GFLOP/s in place of 40, and every gradient of a dense layer has two.
 */
export const matMul: readonly KernelReplacement[] = ["BatchMatMul", "_FusedMatMul"].map((kernel) => ({
  kernel,
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
}));

function swapLast(scratch: WasmScratch, matrices: tf.TensorInfo): tf.TensorInfo {
  const rank = matrices.shape.length;
  return scratch.transpose(matrices, [...Array(rank - 2).keys(), rank - 1, rank - 2]);
}
