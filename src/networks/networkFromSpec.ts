import { ConfigurationError } from "../configuration/configurationError.ts";
import { show } from "../configuration/checkOptions.ts";
import type { Json, Spec } from "../configuration/spec.ts";
import { buildNetwork } from "./buildNetwork.ts";
import { type LayerFactories, layerFromSpec } from "./layers/layerFromSpec.ts";
import type { FieldPlans, Network, NetworkPlan } from "./network.ts";

/** What `networkSpec` puts into a spec's options. */
interface NetworkOptions {
  readonly name: string;
  readonly inputs: readonly { readonly field: string; readonly layers: readonly Spec[] }[];
  readonly trunk: readonly Spec[];
  readonly heads: Readonly<Record<string, readonly Spec[]>>;
  readonly standsOn?: Readonly<Record<string, string>>;
}

/**
 * The network a spec describes: the same variables, shapes and function as the network the spec was taken from.
 *
 * @param layers factories of layers that are not the library's own
 * @throws ConfigurationError where the spec is not a network's, or a layer is unknown
 */
export function networkFromSpec(spec: Spec, fields: FieldPlans, layers: LayerFactories = {}): Network {
  const { options } = spec;
  if (!isNetworkOptions(options)) {
    throw new ConfigurationError("networkFromSpec", [
      { path: "", message: `expected the spec of a network with name, inputs, trunk and heads, got "${spec.name}" with ${show(options)}` },
    ]);
  }
  const revive = (specs: readonly Spec[]) => specs.map((one) => layerFromSpec(one, layers));
  const plan: NetworkPlan = {
    inputs: options.inputs.map((input) => ({ field: input.field, layers: revive(input.layers) })),
    trunk: revive(options.trunk),
    heads: Object.fromEntries(Object.entries(options.heads).map(([head, specs]) => [head, revive(specs)])),
    ...(options.standsOn === undefined ? {} : { standsOn: options.standsOn }),
  };
  return buildNetwork(options.name, plan, fields);
}

function isNetworkOptions(options: unknown): options is NetworkOptions {
  if (options === null || typeof options !== "object") return false;
  const { name, inputs, trunk, heads } = options as Readonly<Record<string, Json>>;
  return typeof name === "string" && Array.isArray(inputs) && Array.isArray(trunk) && typeof heads === "object" && heads !== null;
}
