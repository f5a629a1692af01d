import { ConfigurationError } from "../configuration/configurationError.ts";
import { layerNames } from "./chain.ts";
import type { Layer } from "./layer.ts";
import type { NetworkPlan } from "./network.ts";

/**
 * Refuses a network in which a sample's head depends on the other samples of its batch, for `owner`, which looks at every
 * sample's own gradient.
 *
 * @throws ConfigurationError naming every such layer on the way from the inputs to the head
 * Reference: Gulrajani et al. 2017, section 4, "no critic batch normalization".
 */
export function refuseMixing(owner: string, network: string, plan: NetworkPlan, head: string): void {
  const mixing = (prefix: string, layers: readonly Layer[]): readonly string[] => {
    const names = layerNames(layers, network);
    return layers.flatMap(({ mixesSamples }, i) => (mixesSamples ? [`${network}/${prefix}${names[i]}`] : []));
  };
  const found = [
    ...plan.inputs.flatMap(({ field, layers = [] }) => mixing(`inputs/${field}/`, layers)),
    ...mixing("", plan.trunk),
    ...downTo(head, plan).flatMap((below) => mixing(`${below}/`, plan.heads[below] ?? [])),
  ];
  if (found.length === 0) return;
  throw new ConfigurationError(
    owner,
    found.map((path) => ({
      path,
      message: "makes a sample's score depend on the other samples of its batch, so that no sample has a gradient of its own; use layerNorm() in its place",
    })),
  );
}

/** A head and those it stands on. */
function downTo(head: string, plan: NetworkPlan): readonly string[] {
  const base = plan.standsOn?.[head];
  return base === undefined ? [head] : [head, ...downTo(base, plan)];
}
