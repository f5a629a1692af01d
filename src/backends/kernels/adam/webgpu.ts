import { updateKernels } from "../fusedUpdate/webgpu.ts";
import { adamFactors } from "./adamFactors.ts";
import { adamRule } from "./adamRule.ts";

/** Composed of tfjs' kernels it takes 11 dispatches a parameter. */
export const adam = updateKernels(adamRule, (numbers) => {
  const { beta1, beta2, epsilon } = numbers;
  return {
    name: "fusedAdam",
    numbers: { beta1, rest1: 1 - beta1, beta2, rest2: 1 - beta2, ...adamFactors(numbers), epsilon },
    code: `
      newM = uniforms.beta1 * m + uniforms.rest1 * g;
      newV = uniforms.beta2 * v + uniforms.rest2 * g * g;
      newP = uniforms.kept * p - (uniforms.rateOverBias1 * newM) / (sqrt(newV * uniforms.oneOverBias2) + uniforms.epsilon);`,
  };
});
