import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { overLimit, type TensorLimit } from "../overLimit.ts";

/**
 * Makes the backend refuse a tensor that no binding can hold, before it is made: tfjs binds it all the same, the device
 * reports a validation error later, and until then the result reads as zeros.
 */
export function refuseOverLimit(backend: WebGPUBackend, limit: TensorLimit): void {
  const write = backend.write;
  backend.write = function (values, shape, dtype) {
    const failure = overLimit("WebGPU", shape, limit);
    if (failure !== undefined) throw failure;
    return write.call(this, values, shape, dtype);
  };
}
