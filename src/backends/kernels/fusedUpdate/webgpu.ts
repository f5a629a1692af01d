import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { tf } from "../../../math/tensor.ts";
import type { KernelReplacement } from "../replaceKernel.ts";
import { type ElementwiseShader, runElementwise } from "../runElementwise.ts";
import { inputsOf, kernelOfMany, type UpdateRule } from "./fusedUpdate.ts";

/**
 * A rule for one parameter or many, into new tensors. The code reads p, g and the slots by name, and assigns newP and the new
 * slots, `new` before the name: `newSquares`.
 *
 * New tensors rather than in place: whoever holds the old ones (a snapshot, averaged weights, a turn played at the same
 * time) must not see them change, and fresh buffers cost nothing, they come from tfjs' pool.
 */
export function updateKernels<Numbers extends object>(
  rule: UpdateRule<string, Numbers>,
  shaderOf: (numbers: Numbers) => Pick<ElementwiseShader, "name" | "numbers" | "code">,
): readonly KernelReplacement[] {
  const names = inputsOf(rule);
  const move = (backend: unknown, sets: readonly (readonly tf.TensorInfo[])[], attrs: unknown): tf.TensorInfo[] =>
    runElementwise(
      backend as WebGPUBackend,
      { inputs: ["p", "g", ...rule.slots], outputs: ["P", ...rule.slots.map(capitalised)].map((name) => `new${name}`), ...shaderOf(attrs as Numbers) },
      sets,
    ).flat();
  return [
    {
      kernel: rule.kernel,
      backend: "webgpu",
      make: () => ({ inputs, attrs, backend }) => move(backend, [names.map((name) => inputs[name]!)], attrs),
    },
    {
      kernel: kernelOfMany(rule),
      backend: "webgpu",
      make: () => ({ inputs, attrs, backend }) => {
        const count = Object.keys(inputs).length / names.length;
        return move(backend, Array.from({ length: count }, (_, i) => names.map((name) => inputs[`${name}${i}`]!)), attrs);
      },
    },
  ];
}

function capitalised(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
