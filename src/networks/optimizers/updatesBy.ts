import { fusedUpdate, fusedUpdateOfMany, type UpdateRule, type UpdateTensors } from "../../backends/kernels/fusedUpdate/fusedUpdate.ts";
import { tf, type Tensor } from "../../math/tensor.ts";
import type { Optimizer, UpdateInput, UpdateOutput } from "../optimizer.ts";

/**
 * How an optimizer updates one parameter and many: by the backend's fused kernel where it has one, else composed of tensor
 * operations, which can be differentiated, and then of all parameters in a row. Parameters that move by the same numbers go together: those of one player mostly do.
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
      const isDifferentiated = tf.engine().state.gradientDepth > 0;
      for (const together of Map.groupBy(inputs.keys(), (i) => keys[i]!).values()) {
        const group = together.map((i) => inputs[i]!);
        const updates = isDifferentiated ? composedOfMany(composed, group) : fusedUpdateOfMany(rule, group.map(tensorsOf), numbersOf(group[0]!))?.map(outputOf);
        if (updates === undefined) return undefined;
        updates.forEach((update, k) => void (outputs[together[k]!] = update));
      }
      return outputs;
    },
  };
}

function outputOf({ parameter, ...slots }: Readonly<Record<"parameter", UpdateOutput["parameter"]>>): UpdateOutput {
  return { parameter, slots };
}

/** Many updates by the same numbers, as one of all their values in a row: a rule looks at every value by itself. */
function composedOfMany(composed: (input: UpdateInput) => UpdateOutput, inputs: readonly UpdateInput[]): readonly UpdateOutput[] {
  const [first] = inputs;
  if (first === undefined || inputs.length === 1) return inputs.map(composed);
  const sizes = inputs.map(({ parameter }) => parameter.size);
  const inARow = (of: (input: UpdateInput) => Tensor): Tensor => tf.concat(inputs.map((input) => tf.reshape(of(input), [-1])));
  const apart = (values: Tensor): readonly Tensor[] => tf.split(values, sizes).map((part, i) => tf.reshape(part, inputs[i]!.parameter.shape));
  const slots = Object.keys(first.slots);
  const moved = composed({
    ...first,
    parameter: inARow(({ parameter }) => parameter),
    gradient: inARow(({ gradient }) => gradient),
    slots: Object.fromEntries(slots.map((slot) => [slot, inARow((input) => input.slots[slot]!)])),
  });
  const parameters = apart(moved.parameter);
  const slotsApart = slots.map((slot) => [slot, apart(moved.slots[slot]!)] as const);
  return parameters.map((parameter, i) => ({ parameter, slots: Object.fromEntries(slotsApart.map(([slot, parts]) => [slot, parts[i]!])) }));
}
