import { updateKernel } from "../fusedUpdate/wasm.ts";
import type { KernelReplacement } from "../replaceKernel.ts";
import { rmspropRule, rmspropWithMomentumRule } from "./rmspropRules.ts";

export const rmsprop: readonly KernelReplacement[] = [
  updateKernel(rmspropRule, (kernels) => kernels.rmsprop, ({ rate, smoothing, epsilon }) => [rate, smoothing, 1 - smoothing, epsilon]),
  updateKernel(
    rmspropWithMomentumRule,
    (kernels) => kernels.rmspropWithMomentum,
    ({ rate, smoothing, epsilon, momentum }) => [rate, smoothing, 1 - smoothing, epsilon, momentum],
  ),
];
