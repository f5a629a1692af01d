import { fusedUpdate, fusedUpdateOfMany, type UpdateRule, type UpdateTensors } from "../../backends/kernels/fusedUpdate/fusedUpdate.ts";
import type { Optimizer, UpdateInput, UpdateOutput } from "../optimizer.ts";

/**
 * How an optimizer updates one parameter and many: by the backend's fused kernel where it has one, else composed of tensor
 * operations, which can be differentiated. Parameters that move by the same numbers go together: those of one player mostly do.
 */
export function updatesBy<Slot extends string, Numbers extends object>(
  rule: UpdateRule<Slot, Numbers>,
  numbersOf: (input: UpdateInput) => Numbers,
  composed: (input: UpdateInput) => UpdateOutput,
): Required<Pick<Optimizer, "update" | "updateMany">> {
  const tensorsOf = ({ parameter, gradient, slots }: UpdateInput) => ({ ...slots, parameter, gradient }) as unknown as UpdateTensors<Slot>;
  return {
    update(input) {
      const fused = fusedUpdate(rule, tensorsOf(input), numbersOf(input));
      return fused === undefined ? composed(input) : outputOf(fused);
    },
    updateMany(inputs) {
      const outputs: UpdateOutput[] = [];
      const keys = inputs.map((input) => Object.values(numbersOf(input)).join("/"));
      for (const together of Map.groupBy(inputs.keys(), (i) => keys[i]!).values()) {
        const moved = fusedUpdateOfMany(rule, together.map((i) => tensorsOf(inputs[i]!)), numbersOf(inputs[together[0]!]!));
        if (moved === undefined) return undefined;
        moved.forEach((each, k) => void (outputs[together[k]!] = outputOf(each)));
      }
      return outputs;
    },
  };
}

function outputOf({ parameter, ...slots }: Readonly<Record<"parameter", UpdateOutput["parameter"]>>): UpdateOutput {
  return { parameter, slots };
}
