import { ConfigurationError } from "../configuration/configurationError.ts";
import type { Spec } from "../configuration/spec.ts";
import { averagesName } from "../game/averages.ts";
import type { Restored, SavedTensor } from "../game/checkpoint.ts";
import { CheckpointFailed } from "../game/failure.ts";
import type { VariablePlan } from "../networks/layer.ts";
import type { LayerFactories } from "../networks/layers/layerFromSpec.ts";
import type { FieldPlans, Network } from "../networks/network.ts";
import { networkFromSpec } from "../networks/networkFromSpec.ts";

/** What a run says of itself in its checkpoints, as far as it is read again here. */
export interface SavedConfiguration {
  readonly sources: Readonly<Record<string, Spec>>;
  readonly fields: FieldPlans;
  readonly networks: Readonly<Record<string, Spec>>;
  readonly latents: Readonly<Record<string, readonly string[]>>;
  /** A term without a spec is saved by its name. */
  readonly terms?: Readonly<Record<string, { readonly spec: Spec | string }>>;
  /** Networks that made their samples by a sampler; absent where none did. */
  readonly samplers?: readonly string[];
  /** The game's, and over them those of the last round. */
  readonly settings: Readonly<Record<string, number>>;
}

/** A network as a checkpoint holds it. */
export interface SavedNetwork {
  readonly network: Network;
  readonly weights: "raw" | "averaged";
  /** By names within the network. */
  readonly parameters: ReadonlyMap<string, SavedTensor>;
  readonly buffers: ReadonlyMap<string, SavedTensor>;
}

export interface SavedNetworkOptions {
  /** Default `averaged` where the checkpoint holds averages of the network's weights, else `raw`. */
  readonly weights?: "raw" | "averaged";
  /** Layers that are not the library's own. */
  readonly layers?: LayerFactories;
}

/** The configuration in a checkpoint. @throws CheckpointFailed with reason `mismatch` where it is not a game's */
export function savedConfiguration({ snapshot: { configuration, state: snapshotState }, origin }: Restored): SavedConfiguration {
  const members = ["sources", "fields", "networks", "latents", "settings"];
  const missing = members.filter((member) => typeof (configuration as Record<string, unknown> | null)?.[member] !== "object");
  if (missing.length > 0) {
    throw new CheckpointFailed(
      "mismatch",
      `${origin}: its configuration lacks ${missing.join(", ")}, which a run of this version saves; train it again`,
    );
  }
  const played = (snapshotState as { settings?: SavedConfiguration["settings"] } | null)?.settings;
  const saved = configuration as unknown as SavedConfiguration;
  return { ...saved, settings: { ...saved.settings, ...played } };
}

/**
 * Rebuilds a network from what its checkpoint says of it, and finds its weights.
 *
 * @param owner in whose name options are refused
 * @throws ConfigurationError where the checkpoint has no such network, no averages of it, or a layer is unknown
 * @throws CheckpointFailed with reason `mismatch` where its variables are not those the network has
 */
export function savedNetwork(owner: string, restored: Restored, name: string, { weights, layers }: SavedNetworkOptions = {}): SavedNetwork {
  const { snapshot, origin } = restored;
  const { networks, fields } = savedConfiguration(restored);
  const spec = networks[name];
  if (spec === undefined) {
    throw new ConfigurationError(owner, [{
      path: "network",
      message: `expected one of ${Object.keys(networks).join(", ")}, which ${origin} holds, got "${name}"`,
    }]);
  }
  const averages = `carry/${averagesName(name)}`;
  const hasAverages = [...snapshot.tensors.keys()].some((tensor) => tensor.startsWith(`${averages}/`));
  if (weights === "averaged" && !hasAverages) {
    throw new ConfigurationError(owner, [{
      path: "weights",
      message: `expected "raw", since ${origin} holds no averaged weights of "${name}", got "averaged"`,
    }]);
  }
  const isAveraged = weights === undefined ? hasAverages : weights === "averaged";
  const network = networkFromSpec(spec, fields, layers);
  const find = (kind: "parameters" | "buffers", plans: Readonly<Record<string, VariablePlan>>): ReadonlyMap<string, SavedTensor> =>
    new Map(
      Object.entries(plans).map(([variable, { shape }]) => {
        const full = isAveraged ? `${averages}/${kind}/${variable}` : `${kind}/${name}/${variable}`;
        const found = snapshot.tensors.get(full);
        if (found === undefined || found.shape.join() !== shape.join()) {
          const got = found === undefined ? "has none" : `has shape [${found.shape.join(", ")}]`;
          throw new CheckpointFailed("mismatch", `${origin}: ${full}: the network has shape [${shape.join(", ")}], the checkpoint ${got}`);
        }
        return [variable, found];
      }),
    );
  return {
    network,
    weights: isAveraged ? "averaged" : "raw",
    parameters: find("parameters", network.parameters),
    buffers: find("buffers", network.buffers),
  };
}
