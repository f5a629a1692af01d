import { updateKernels } from "../fusedUpdate/webgpu.ts";
import type { KernelReplacement } from "../replaceKernel.ts";
import { type RmspropNumbers, rmspropRule, rmspropWithMomentumRule } from "./rmspropRules.ts";

const squares = "newSquares = uniforms.smoothing * squares + uniforms.rest * g * g;";
const scaled = "g / (sqrt(newSquares) + uniforms.epsilon)";

function uniformsOf({ rate, smoothing, epsilon }: RmspropNumbers): Record<string, number> {
  return { rate, smoothing, rest: 1 - smoothing, epsilon };
}

/** Composed of tfjs' kernels it takes 10 dispatches a parameter, and 12 with momentum. */
export const rmsprop: readonly KernelReplacement[] = [
  ...updateKernels(rmspropRule, (numbers) => ({
    name: "fusedRmsprop",
    numbers: uniformsOf(numbers),
    code: `${squares} newP = p - uniforms.rate * (${scaled});`,
  })),
  ...updateKernels(rmspropWithMomentumRule, (numbers) => ({
    name: "fusedRmspropWithMomentum",
    numbers: { ...uniformsOf(numbers), momentum: numbers.momentum },
    code: `${squares} newMomentum = uniforms.momentum * momentum + ${scaled}; newP = p - uniforms.rate * newMomentum;`,
  })),
];
