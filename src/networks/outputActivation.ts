import { tanh, sigmoid } from "./layers/activations.ts";
import type { Layer } from "./layer.ts";
import type { FieldPlan } from "./network.ts";

/** The last layer of a generator: tanh for samples in [-1, 1], sigmoid in [0, 1], none for any other range. */
export function outputActivation({ range }: FieldPlan): readonly Layer[] {
  if (range?.[0] === -1 && range[1] === 1) return [tanh()];
  if (range?.[0] === 0 && range[1] === 1) return [sigmoid()];
  return [];
}
