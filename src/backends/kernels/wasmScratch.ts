import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { tf } from "../../math/tensor.ts";

/** Runs wasm's own kernels inside one of ours, and frees what they leave behind. */
export interface WasmScratch {
  run(kernel: string, inputs: Readonly<Record<string, tf.TensorInfo>>, attributes: Readonly<Record<string, unknown>>): tf.TensorInfo;
  transpose(x: tf.TensorInfo, perm: readonly number[]): tf.TensorInfo;
  /** Hands one of the results to the caller and frees the others. */
  keep(result: tf.TensorInfo): tf.TensorInfo;
}

export function wasmScratch(backend: BackendWasm): WasmScratch {
  const made: tf.TensorInfo[] = [];
  const run: WasmScratch["run"] = (kernel, inputs, attributes) => {
    const { kernelFunc } = tf.getKernel(kernel, "wasm");
    const result = kernelFunc({ inputs: { ...inputs }, attrs: attributes as never, backend }) as tf.TensorInfo;
    made.push(result);
    return result;
  };
  return {
    run,
    transpose: (x, perm) => run("Transpose", { x }, { perm: [...perm] }),
    keep(result) {
      for (const tensor of made) if (tensor !== result) backend.disposeData(tensor.dataId);
      return result;
    },
  };
}

/** The same values under another shape, for a kernel's input; owns nothing. */
export function viewedAs(tensor: tf.TensorInfo, shape: readonly number[]): tf.TensorInfo {
  return { dataId: tensor.dataId, dtype: tensor.dtype, shape: [...shape] };
}
