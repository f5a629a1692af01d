import { updateKernels } from "../fusedUpdate/webgpu.ts";
import type { KernelReplacement } from "../replaceKernel.ts";
import { descentRule, momentumRule } from "./sgdRules.ts";

/** Composed of tfjs' kernels it takes 2 dispatches a parameter, 4 with momentum and 6 in Nesterov's form. */
export const sgd: readonly KernelReplacement[] = [
  ...updateKernels(descentRule, ({ rate }) => ({ name: "fusedDescent", numbers: { rate }, code: "newP = p - uniforms.rate * g;" })),
  ...updateKernels(momentumRule, ({ rate, momentum, isNesterov }) => ({
    name: `fusedMomentum_${isNesterov}`,
    numbers: { rate, momentum },
    code: `
      newMomentum = uniforms.momentum * momentum + g;
      newP = p - uniforms.rate * (${isNesterov ? "g + uniforms.momentum * newMomentum" : "newMomentum"});`,
  })),
];
