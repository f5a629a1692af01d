import { updateKernel } from "../fusedUpdate/cpu.ts";
import type { KernelReplacement } from "../replaceKernel.ts";
import { rmspropRule, rmspropWithMomentumRule } from "./rmspropRules.ts";

export const rmsprop: readonly KernelReplacement[] = [
  updateKernel(rmspropRule, (after, { parameter, gradient, squares }, { rate, smoothing, epsilon }) => {
    for (let i = 0; i < parameter.length; i++) {
      const slope = gradient[i]!;
      const square = smoothing * squares[i]! + (1 - smoothing) * slope * slope;
      after.squares[i] = square;
      after.parameter[i] = parameter[i]! - (rate * slope) / (Math.sqrt(square) + epsilon);
    }
  }),
  updateKernel(rmspropWithMomentumRule, (after, before, { rate, smoothing, epsilon, momentum }) => {
    const { parameter, gradient, squares } = before;
    for (let i = 0; i < parameter.length; i++) {
      const slope = gradient[i]!;
      const square = smoothing * squares[i]! + (1 - smoothing) * slope * slope;
      const moved = momentum * before.momentum[i]! + slope / (Math.sqrt(square) + epsilon);
      after.squares[i] = square;
      after.momentum[i] = moved;
      after.parameter[i] = parameter[i]! - rate * moved;
    }
  }),
];
