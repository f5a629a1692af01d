import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { tf } from "../../math/tensor.ts";
import { runShader, sizeOf } from "./runShader.ts";

/** Adds up `count` partial results that lie behind each other, and gives them up. */
export function sumPartials(backend: WebGPUBackend, partials: tf.TensorInfo, count: number, shape: readonly number[]): tf.TensorInfo {
  const size = sizeOf(shape);
  const width = size % 4 === 0 ? 4 : 1;
  const sum = runShader(
    backend,
    {
      name: "sumPartials",
      constants: { COUNT: count, SIZE: size / width },
      inputs: { partials: width },
      outputWidth: width,
      threads: size / width,
      code: () => `
        var sum = partials[index];
        for (var i = 1; i < COUNT; i++) { sum += partials[i * SIZE + index]; }
        result[index] = sum;`,
    },
    [partials],
    shape,
  );
  backend.disposeData(partials.dataId);
  return sum;
}
