import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { sizeOf, type tf } from "../../math/tensor.ts";
import { runShader } from "./runShader.ts";

/**
 * Calls a kernel with tensors whose buffers hold floats: tfjs keeps the buffer of integers where they are cast to float32,
 * and our shaders read floats only.
 */
export function asFloats<T>(backend: WebGPUBackend, tensors: readonly tf.TensorInfo[], call: (floats: readonly tf.TensorInfo[]) => T): T {
  const copies: tf.TensorInfo[] = [];
  const floats = tensors.map((tensor) => {
    if (backend.tensorMap.get(tensor.dataId).dtype === "float32") return tensor;
    const copy = converted(backend, tensor);
    copies.push(copy);
    return copy;
  });
  const result = call(floats);
  for (const { dataId } of copies) backend.disposeData(dataId);
  return result;
}

function converted(backend: WebGPUBackend, tensor: tf.TensorInfo): tf.TensorInfo {
  return runShader(
    backend,
    {
      name: "asFloats",
      constants: {},
      inputs: { x: 1 },
      outputWidth: 1,
      threads: sizeOf(tensor.shape),
      code: () => "result[index] = f32(x[index]);",
    },
    [tensor],
    tensor.shape,
  );
}
