import { updateKernel } from "../fusedUpdate/wasm.ts";
import { adamFactors } from "./adamFactors.ts";
import { adamRule } from "./adamRule.ts";

export const adam = updateKernel(adamRule, (kernels) => kernels.adam, (numbers) => {
  const { beta1, beta2, epsilon } = numbers;
  const { kept, rateOverBias1, oneOverBias2 } = adamFactors(numbers);
  return [beta1, 1 - beta1, beta2, 1 - beta2, kept, rateOverBias1, oneOverBias2, epsilon];
});
