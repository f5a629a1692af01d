import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { tf } from "../../../math/tensor.ts";
import type { KernelReplacement } from "../replaceKernel.ts";
import { runElementwise } from "../runElementwise.ts";
import { adamFactors } from "./adamFactors.ts";
import { type AdamNumbers, fusedAdamKernel, fusedAdamOfManyKernel } from "./fusedAdam.ts";

/**
 * Adam for one parameter or many at the same step, into three new tensors each; composed of tfjs' kernels it takes 11
 * dispatches a parameter.
 *
 * New tensors rather than in place: whoever holds the old ones (a snapshot, averaged weights, a turn played at the same
 * time) must not see them change, and fresh buffers cost nothing, they come from tfjs' pool.
 */
export const adam: readonly KernelReplacement[] = [
  {
    kernel: fusedAdamKernel,
    backend: "webgpu",
    make: () => ({ inputs: { parameter, gradient, m, v }, attrs, backend }) =>
      move(backend as WebGPUBackend, [[parameter!, gradient!, m!, v!]], attrs as unknown as AdamNumbers),
  },
  {
    kernel: fusedAdamOfManyKernel,
    backend: "webgpu",
    make: () => ({ inputs, attrs, backend }) => {
      const count = Object.keys(inputs).length / 4;
      const sets = Array.from({ length: count }, (_, i) => ["parameter", "gradient", "m", "v"].map((name) => inputs[`${name}${i}`]!));
      return move(backend as WebGPUBackend, sets, attrs as unknown as AdamNumbers);
    },
  },
];

/** New parameter, m and v of each set of parameter, gradient, m and v. */
function move(backend: WebGPUBackend, sets: readonly (readonly tf.TensorInfo[])[], numbers: AdamNumbers): tf.TensorInfo[] {
  const { beta1, beta2, epsilon } = numbers;
  return runElementwise(
    backend,
    {
      name: "fusedAdam",
      inputs: ["p", "g", "m", "v"],
      outputs: ["newP", "newM", "newV"],
      numbers: { beta1, rest1: 1 - beta1, beta2, rest2: 1 - beta2, ...adamFactors(numbers), epsilon },
      code: `
        newM = uniforms.beta1 * m + uniforms.rest1 * g;
        newV = uniforms.beta2 * v + uniforms.rest2 * g * g;
        newP = uniforms.kept * p - (uniforms.rateOverBias1 * newM) / (sqrt(newV * uniforms.oneOverBias2) + uniforms.epsilon);`,
    },
    sets,
  ).flat();
}
