import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { sizeOf, type tf } from "../../../math/tensor.ts";
import { type Activation, activationKey, beforeActivation } from "../activation.ts";
import { asFloats } from "../asFloats.ts";
import { convolve } from "../conv2d/webgpu.ts";
import { convolveBack } from "../conv2dBackpropInput/webgpu.ts";
import { convolutionShape, enlarged } from "../convolutionShape.ts";
import { multiply } from "../matMul/webgpu.ts";
import type { KernelCall, KernelReplacement } from "../replaceKernel.ts";
import { runJointShader } from "../runJointShader.ts";
import { runShader, type Width } from "../runShader.ts";
import { affineKernels, beforeActivationAndBiasKernel, beforeActivationKernel } from "./affine.ts";

/** Layers with bias and activation in one dispatch, and the gradient before the activation in one more. */
export const affine: readonly KernelReplacement[] = [
  layer(affineKernels.product, (backend, tensors, _, activation) => multiply(backend, tensors, { transposeA: false, transposeB: false }, activation)),
  layer(affineKernels.convolution, (backend, tensors, attrs, activation) => {
    const factor = attrs["upsample"] as number;
    return convolve(backend, tensors, convolutionShape(enlarged(tensors[0].shape, factor), tensors[1].shape, attrs), activation, factor);
  }),
  layer(affineKernels.transposed, (backend, tensors, attrs, activation) =>
    convolveBack(backend, tensors, convolutionShape(attrs["inputShape"] as number[], tensors[1].shape, attrs), activation)),
  { kernel: beforeActivationKernel, backend: "webgpu", make: () => gradientBefore },
  { kernel: beforeActivationAndBiasKernel, backend: "webgpu", make: () => gradientBeforeAndBias },
];

type Tensors = readonly [x: tf.TensorInfo, kernel: tf.TensorInfo, bias?: tf.TensorInfo];

function layer(
  kernel: string,
  compute: (backend: WebGPUBackend, tensors: Tensors, attrs: KernelCall["attrs"], activation: Activation) => tf.TensorInfo,
): KernelReplacement {
  return {
    kernel,
    backend: "webgpu",
    make: () => ({ inputs: { x, kernel: weights, bias }, attrs, backend }) =>
      asFloats(backend as WebGPUBackend, bias === undefined ? [x!, weights!] : [x!, weights!, bias], (tensors) =>
        compute(backend as WebGPUBackend, tensors as unknown as Tensors, attrs, attrs["activation"] as Activation)),
  };
}

/** `BeforeActivation(y, dy; activation)`: dy times the activation's derivative where its result is y. */
function gradientBefore({ inputs: { y, dy }, attrs, backend }: KernelCall): tf.TensorInfo {
  const activation = attrs["activation"] as Activation;
  const size = sizeOf(y!.shape);
  const width = size % 4 === 0 ? 4 : 1;
  return asFloats(backend as WebGPUBackend, [y!, dy!], (tensors) =>
    runShader(
      backend as WebGPUBackend,
      {
        name: `beforeActivation_${activationKey(activation)}`,
        constants: {},
        inputs: { y: width, dy: width },
        outputWidth: width,
        threads: size / width,
        code: () => `result[index] = ${beforeActivation("dy[index]", "y[index]", activation, width === 4 ? "vec4<f32>" : "f32")};`,
      },
      tensors,
      y!.shape,
    ));
}

/**
 * The same, with its sum over all axes but the last: a thread goes down a column, as it would for the sum alone. For the
 * few rows that one thread may sum.
 */
function gradientBeforeAndBias({ inputs: { y, dy }, attrs, backend }: KernelCall): tf.TensorInfo[] {
  const activation = attrs["activation"] as Activation;
  const columns = y!.shape.at(-1)!;
  const width: Width = columns % 4 === 0 ? 4 : 1;
  const type = width === 4 ? "vec4<f32>" : "f32";
  return asFloats(backend as WebGPUBackend, [y!, dy!], (tensors) =>
    runJointShader(
      backend as WebGPUBackend,
      {
        name: `beforeActivationAndBias_${activationKey(activation)}`,
        constants: { ROWS: sizeOf(y!.shape) / columns, COLUMNS: columns / width },
        inputs: { y: width, dy: width },
        outputs: { before: width, sums: width },
        threads: columns / width,
        code: () => `
          var sum = ${type}();
          for (var row = 0; row < ROWS + zero; row++) {
            let at = row * COLUMNS + index;
            let slope = ${beforeActivation("dy[at]", "y[at]", activation, type)};
            before[at] = slope;
            sum += slope;
          }
          sums[index] = sum;`,
      },
      tensors,
      [y!.shape, [columns]],
    ));
}
