import { cpuTensor, cpuValues } from "../cpuTensors.ts";
import type { KernelReplacement } from "../replaceKernel.ts";
import { inputsOf, type UpdateRule } from "./fusedUpdate.ts";

/** Values by name: before the update those of parameter, gradient and slots, after it of parameter and slots. */
export type Before<Slot extends string> = Readonly<Record<"parameter" | "gradient" | Slot, Float32Array>>;
export type After<Slot extends string> = Readonly<Record<"parameter" | Slot, Float32Array>>;

/** A rule as one loop, which fills `after`. */
export function updateKernel<Slot extends string, Numbers extends object>(
  rule: UpdateRule<Slot, Numbers>,
  move: (after: After<Slot>, before: Before<Slot>, numbers: Numbers) => void,
): KernelReplacement {
  return {
    kernel: rule.kernel,
    backend: "cpu",
    make: () => ({ inputs, attrs, backend }) => {
      const names = ["parameter", ...rule.slots];
      const outputs = names.map(() => cpuTensor(backend, inputs["parameter"]!.shape));
      const after = Object.fromEntries(names.map((name, i) => [name, cpuValues(backend, outputs[i]!)]));
      const before = Object.fromEntries(inputsOf(rule).map((name) => [name, cpuValues(backend, inputs[name]!)]));
      move(after as After<Slot>, before as Before<Slot>, attrs as unknown as Numbers);
      return outputs;
    },
  };
}
