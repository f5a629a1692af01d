import { ConfigurationError, dense, embedding, flatten, oneHot, relu, type FieldPlan, type FieldPlans, type Layer, type NetworkPlan } from "../../src/index.ts";

/** How a condition is joined to what a network reads already. */
export type Joining = "concatenation" | "embedding";

/** What a condition is joined as. */
export interface JoiningOptions {
  readonly field: string;
  readonly how: Joining;
  readonly units: number;
}

/**
 * The layers a condition passes before it is joined to a network's inputs: indicators or learnt vectors for labels, nothing
 * for vectors. An image stands beside an image as further channels; where the network reads vectors (noise, flattened
 * samples), it becomes a code of `units`.
 *
 * Labels of several samples (a pack) become one vector, in their order.
 *
 * @throws ConfigurationError for a label of no known number of classes or of one class, and an embedding of what is no label
 */
export function conditionLayers({ field, how, units }: JoiningOptions, { inputs }: NetworkPlan, fields: FieldPlans): readonly Layer[] {
  const plan = fields[field]!;
  if (plan.dtype === "int32" || how === "embedding") {
    const classes = classesOf(field, plan, `"${how}"`);
    const read = how === "embedding" ? embedding({ classes, units }) : oneHot({ classes });
    return plan.shape.length === 0 ? [read] : [read, flatten()];
  }
  const readsImages = inputs.some((input) => fields[input.field]?.shape.length === 3 && (input.layers ?? []).length === 0);
  if (plan.shape.length === 3) return readsImages ? [] : [flatten(), dense({ units }), relu()];
  return plan.shape.length === 1 ? [] : [flatten()];
}

/** How many classes a label has. @throws ConfigurationError where it is none, does not say, or has one class */
export function classesOf(field: string, { dtype, classes }: FieldPlan, wish: string): number {
  if (dtype === "int32" && classes !== undefined && classes >= 2) return classes;
  if (dtype === "int32" && classes !== undefined) {
    throw new ConfigurationError("conditional", [{ path: "field", message: `${wish} needs labels of at least 2 classes, and "${field}" has ${classes}: there is nothing to tell the players; leave conditional out` }]);
  }
  const what = dtype === "int32" ? "a label whose number of classes its source does not say" : "no label but numbers";
  throw new ConfigurationError("conditional", [{ path: "field", message: `${wish} needs labels of a known number of classes, and "${field}" is ${what}` }]);
}
