import { ConfigurationError } from "../configuration/configurationError.ts";
import type { Json, Spec } from "../configuration/spec.ts";
import { sizeOf } from "../math/tensor.ts";
import type { LayerFactories } from "../networks/layers/layerFromSpec.ts";
import type { FieldPlans, Network } from "../networks/network.ts";
import { networkFromSpec } from "../networks/networkFromSpec.ts";
import type { SavedNetwork } from "./savedNetwork.ts";

interface Options {
  readonly layers?: LayerFactories;
  readonly featureLayers?: number;
}

/** The part of a network's spec that is cut here. */
interface Parts {
  readonly inputs: readonly { readonly field: string; readonly layers: readonly Spec[] }[];
  readonly trunk: readonly Spec[];
}

/**
 * A network's trunk alone, up to so many layers, with the variables' names of the whole, and a head `features` of what it ends in.
 *
 * @throws ConfigurationError in the name of `owner` where the trunk has fewer layers
 */
export function trunkOf(owner: string, network: Network, fields: FieldPlans, { layers, featureLayers }: Options): Network {
  const { trunk } = partsOf(network);
  if (featureLayers !== undefined && featureLayers > trunk.length) {
    throw new ConfigurationError(owner, [{ path: "featureLayers", message: `expected at most ${trunk.length}, which the trunk has, got ${featureLayers}` }]);
  }
  return cut(network, { trunk: trunk.slice(0, featureLayers), heads: { features: [] } }, fields, layers);
}

/**
 * The rows of the first dense layer that a field's values meet, `[size, units]`: the layer's kernel, without the rows of
 * what is joined to the field.
 *
 * @throws ConfigurationError in the name of `owner` where the field passes other layers first
 */
export function firstKernel(
  owner: string,
  { network, parameters }: SavedNetwork,
  fields: FieldPlans,
  field: string,
  { layers }: Options,
): { readonly values: Float32Array; readonly latentSize: number } {
  const { inputs, trunk } = partsOf(network);
  const place = inputs.findIndex((input) => input.field === field);
  const own = inputs[place]?.layers ?? [];
  const kernel = Object.keys(network.parameters).find((name) => !name.startsWith("inputs/") && name.endsWith("/kernel"));
  if (place < 0 || own.some(({ name }) => name !== "flatten") || trunk[0]?.name !== "dense" || kernel === undefined) {
    const first = own.find(({ name }) => name !== "flatten") ?? trunk[0];
    throw new ConfigurationError(owner, [{
      path: "latent",
      message: `expected a network in which "${field}" meets a dense layer first, got ${first === undefined || place < 0 ? "none" : `"${first.name}"`}`,
    }]);
  }
  // Inputs are joined in their order: the field's rows stand below those of the inputs before it.
  const before = inputs.slice(0, place);
  const offset = before.length === 0 ? 0 : cut(network, { inputs: before, trunk: [], heads: { joined: [] } }, fields, layers).heads["joined"]!.at(-1)!;
  const { values, shape } = parameters.get(kernel)!;
  const units = shape[1]!;
  const latentSize = sizeOf(fields[field]!.shape);
  return { values: Float32Array.from(values.subarray(offset * units, (offset + latentSize) * units)), latentSize };
}

function partsOf(network: Network): Parts {
  return network.spec.options as unknown as Parts;
}

function cut(network: Network, parts: Readonly<Record<string, unknown>>, fields: FieldPlans, layers: LayerFactories | undefined): Network {
  const options = { ...network.spec.options, ...(parts as Readonly<Record<string, Json>>) };
  return networkFromSpec({ name: network.spec.name, options }, fields, layers);
}
