import { tf, type Tensor } from "../math/tensor.ts";
import type { PlayerPlan } from "./player.ts";

/** Where a player stands: the values of what it owns, by full parameter name, and what its optimizer remembers of them. */
export interface Standing {
  readonly parameters: ReadonlyMap<string, Tensor>;
  /** `generator/dense1/kernel/m`; absent before the first update. */
  readonly slots: ReadonlyMap<string, Tensor>;
  /** Updates so far; absent before the first. */
  readonly steps: ReadonlyMap<string, number>;
}

/**
 * Where a player stands after one update by these gradients, at this rate: gradient transforms, the optimizer, the
 * constraints. Pure; on the tape where there is one. Parameters without a gradient stay, and so do their step counts.
 */
export function movedBy(gradients: ReadonlyMap<string, Tensor>, { optimizer, gradients: transforms = [], constraints = [] }: PlayerPlan, from: Standing, rate: number): Standing {
  const parameters = new Map(from.parameters);
  const slots = new Map(from.slots);
  const steps = new Map(from.steps);
  const moving = [...transforms.reduce((all, transform) => transform.apply(all), gradients)];
  const inputs = moving.map(([name, gradient]) => {
    const parameter = from.parameters.get(name)!;
    const before = Object.fromEntries(optimizer.slots.map((slot) => [slot, from.slots.get(`${name}/${slot}`) ?? tf.zerosLike(parameter)]));
    return { parameter, gradient, slots: before, step: (from.steps.get(name) ?? 0) + 1, rate };
  });
  const outputs = optimizer.updateMany?.(inputs) ?? inputs.map((input) => optimizer.update(input));
  moving.forEach(([name], i) => {
    const moved = outputs[i]!;
    parameters.set(name, constraints.reduce((value, constraint) => constraint.apply(value, name), moved.parameter));
    for (const slot of optimizer.slots) slots.set(`${name}/${slot}`, moved.slots[slot]!);
    steps.set(name, inputs[i]!.step);
  });
  return { parameters, slots, steps };
}
