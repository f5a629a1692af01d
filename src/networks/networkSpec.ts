import type { Spec } from "../configuration/spec.ts";
import type { NetworkPlan } from "./network.ts";

/** The plan of a network as JSON; `networkFromSpec` builds the same network from it. */
export function networkSpec(name: string, plan: NetworkPlan): Spec {
  return {
    name: "network",
    options: {
      name,
      inputs: plan.inputs.map(({ field, layers = [] }) => ({ field, layers: layers.map(({ spec }) => spec) })),
      trunk: plan.trunk.map(({ spec }) => spec),
      heads: Object.fromEntries(Object.entries(plan.heads).map(([head, layers]) => [head, layers.map(({ spec }) => spec)])),
      ...(plan.standsOn === undefined ? {} : { standsOn: { ...plan.standsOn } }),
    },
  };
}
