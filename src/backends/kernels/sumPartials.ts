import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { sizeOf, type tf } from "../../math/tensor.ts";
import { type Activation, activationKey, concluded, noActivation } from "./activation.ts";
import { runShader, type Width } from "./runShader.ts";

/** What is done to the sums before they are stored. */
interface Conclusion {
  /** One value for each element of the last axis. */
  readonly bias?: tf.TensorInfo | undefined;
  readonly activation?: Activation;
}

/** Adds up `count` partial results that lie behind each other, and gives them up. */
export function sumPartials(
  backend: WebGPUBackend,
  partials: tf.TensorInfo,
  count: number,
  shape: readonly number[],
  { bias, activation = noActivation }: Conclusion = {},
): tf.TensorInfo {
  const size = sizeOf(shape);
  const columns = bias === undefined ? size : sizeOf(bias.shape);
  const width: Width = size % 4 === 0 && columns % 4 === 0 ? 4 : 1;
  const inputs: Record<string, Width> = { partials: width, ...(bias === undefined ? {} : { bias: width }) };
  const sum = runShader(
    backend,
    {
      name: `sumPartials_${activationKey(activation)}`,
      constants: { COUNT: count, SIZE: size / width, COLUMNS: columns / width },
      inputs,
      outputWidth: width,
      threads: size / width,
      code: () => `
        var sum = partials[index];
        for (var i = 1; i < COUNT; i++) { sum += partials[i * SIZE + index]; }
        result[index] = ${concluded("sum", bias === undefined ? undefined : "bias[index % COLUMNS]", activation, width === 4 ? "vec4<f32>" : "f32")};`,
    },
    bias === undefined ? [partials] : [partials, bias],
    shape,
  );
  backend.disposeData(partials.dataId);
  return sum;
}
