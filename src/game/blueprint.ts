import type { Spec } from "../configuration/spec.ts";
import type { Layer } from "../networks/layer.ts";
import type { FieldPlans, InputPlan, NetworkFactory, NetworkPlan } from "../networks/network.ts";
import type { Adversary } from "./adversary.ts";
import type { PlayerPlan } from "./player.ts";
import type { Sampler } from "./sampler.ts";
import type { Source } from "./source.ts";
import type { Term } from "./term.ts";
import type { Turn } from "./turn.ts";
import type { View } from "./view.ts";

/** A change to a network's plan, made once the shapes are known and before anything is allocated. */
export interface NetworkEdit {
  readonly spec: Spec;
  edit(plan: NetworkPlan, fields: FieldPlans): NetworkPlan;
  /**
   * Looks at the plan that all edits together have made, and at the views that stand before the network where it is a
   * discriminator. @throws ConfigurationError for what it cannot work with.
   */
  verify?(plan: NetworkPlan, fields: FieldPlans, views: readonly View[]): void;
}

/** A network of a game: its factory and what plugins change in its plan. */
export interface NetworkEntry {
  readonly factory: NetworkFactory;
  readonly edits: readonly NetworkEdit[];
}

/**
 * What is played, before anything is allocated: pure data that plugins edit. Everything is named; what a plugin adds
 * is in the checkpoint by its name.
 */
export interface Blueprint {
  readonly sources: Readonly<Record<string, Source>>;
  readonly networks: Readonly<Record<string, NetworkEntry>>;
  readonly players: Readonly<Record<string, PlayerPlan>>;
  readonly adversaries: Readonly<Record<string, Adversary>>;
  /** The sources whose fields make up the input record of a generating network. */
  readonly latents: Readonly<Record<string, readonly string[]>>;
  /** How a generating network makes samples, where it takes more than one pass. Shapes drawing only, not training. */
  readonly samplers: Readonly<Record<string, Sampler>>;
  readonly turns: readonly Turn[];
  readonly terms: readonly Term[];
  readonly views: readonly View[];
  /** Plain numbers that networks and views see; plugins set them per round. */
  readonly settings: Readonly<Record<string, number>>;
  /** Fields no source provides (codes made by an encoder). */
  readonly fields: FieldPlans;
  /** Samples per draw. */
  readonly batchSize: number;
}

/** A blueprint with another term. */
export function withTerm(blueprint: Blueprint, ...terms: readonly Term[]): Blueprint {
  return { ...blueprint, terms: [...blueprint.terms, ...terms] };
}

/** A blueprint with another turn. */
export function withTurn(blueprint: Blueprint, ...turns: readonly Turn[]): Blueprint {
  return { ...blueprint, turns: [...blueprint.turns, ...turns] };
}

/** A blueprint with another view before its discriminators. */
export function withView(blueprint: Blueprint, ...views: readonly View[]): Blueprint {
  return { ...blueprint, views: [...blueprint.views, ...views] };
}

/** A blueprint with another player. */
export function withPlayer(blueprint: Blueprint, name: string, player: PlayerPlan): Blueprint {
  return { ...blueprint, players: { ...blueprint.players, [name]: player } };
}

/** A blueprint in which a network makes its samples by a sampler, of latent sources that it may have none of. */
export function withSampler(blueprint: Blueprint, network: string, sampler: Sampler): Blueprint {
  const latents = { ...blueprint.latents, [network]: blueprint.latents[network] ?? [] };
  return { ...blueprint, latents, samplers: { ...blueprint.samplers, [network]: sampler } };
}

/**
 * A blueprint with another source; with `generator`, its fields also enter that network's input record. Fields it shares with
 * other sources must be theirs in shape, type, range and classes, where both say them, or the run does not begin.
 */
export function withSource(blueprint: Blueprint, name: string, source: Source, generator?: string): Blueprint {
  const sources = { ...blueprint.sources, [name]: source };
  if (generator === undefined) return { ...blueprint, sources };
  const latents = { ...blueprint.latents, [generator]: [...(blueprint.latents[generator] ?? []), name] };
  return { ...blueprint, sources, latents };
}

/** A blueprint with another network. @throws RangeError where there is one of this name */
export function withNetwork(blueprint: Blueprint, name: string, factory: NetworkFactory): Blueprint {
  if (blueprint.networks[name] !== undefined) throw new RangeError(`there is a network named "${name}" already; give this one another name`);
  return { ...blueprint, networks: { ...blueprint.networks, [name]: { factory, edits: [] } } };
}

/** A blueprint in which a network's plan is changed once the shapes are known. */
export function withNetworkEdit(blueprint: Blueprint, network: string, edit: NetworkEdit): Blueprint {
  const entry = blueprint.networks[network];
  if (entry === undefined) {
    throw new RangeError(`no network is named "${network}"; there are ${Object.keys(blueprint.networks).join(", ")}`);
  }
  const networks = { ...blueprint.networks, [network]: { ...entry, edits: [...entry.edits, edit] } };
  return { ...blueprint, networks };
}

/** A blueprint in which a network has another head on its trunk. */
export function withHead(
  blueprint: Blueprint,
  network: string,
  head: string,
  layers: (fields: FieldPlans) => readonly Layer[],
): Blueprint {
  return withNetworkEdit(blueprint, network, {
    spec: { name: "head", options: { head } },
    edit: (plan, fields) => ({ ...plan, heads: { ...plan.heads, [head]: layers(fields) } }),
  });
}

/** A blueprint in which a network reads another field of its record. */
export function withInput(blueprint: Blueprint, network: string, input: (fields: FieldPlans) => InputPlan): Blueprint {
  return withNetworkEdit(blueprint, network, {
    spec: { name: "input", options: {} },
    edit: (plan, fields) => ({ ...plan, inputs: [...plan.inputs, input(fields)] }),
  });
}
