import { updateKernel } from "../fusedUpdate/cpu.ts";
import { adamFactors } from "./adamFactors.ts";
import { adamRule } from "./adamRule.ts";

export const adam = updateKernel(adamRule, (after, { parameter, gradient, m, v }, numbers) => {
  const { beta1, beta2, epsilon } = numbers;
  const { kept, rateOverBias1, oneOverBias2 } = adamFactors(numbers);
  for (let i = 0; i < parameter.length; i++) {
    const slope = gradient[i]!;
    const mean = beta1 * m[i]! + (1 - beta1) * slope;
    const square = beta2 * v[i]! + (1 - beta2) * slope * slope;
    after.m[i] = mean;
    after.v[i] = square;
    after.parameter[i] = kept * parameter[i]! - (rateOverBias1 * mean) / (Math.sqrt(square * oneOverBias2) + epsilon);
  }
});
