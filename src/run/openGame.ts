import { ConfigurationError } from "../configuration/configurationError.ts";
import type { Json } from "../configuration/spec.ts";
import type { Blueprint } from "../game/blueprint.ts";
import { ownsParameter } from "../game/player.ts";
import type { AnyPlugin } from "../game/plugin.ts";
import { scheduledSpec } from "../math/schedules/schedule.ts";
import { buildNetwork } from "../networks/buildNetwork.ts";
import type { FieldPlans, Network } from "../networks/network.ts";
import { sharedFields } from "./sharedFields.ts";

/** A game whose shapes are known: its networks built, its configuration as JSON. Holds no tensors. */
export interface OpenGame {
  readonly networks: Readonly<Record<string, Network>>;
  readonly fields: FieldPlans;
  readonly configuration: { readonly [key: string]: Json };
}

/**
 * Infers the shapes of a game from its sources' fields and builds its networks.
 *
 * @param contents digests of what the sources were opened on, which become part of the configuration
 * @throws ConfigurationError where sources disagree on a field, shapes do not fit or a player owns nothing.
 */
export function openGame(
  blueprint: Blueprint,
  sourceFields: Readonly<Record<string, FieldPlans>>,
  plugins: readonly AnyPlugin[],
  seed: number,
  contents: Readonly<Record<string, string>> = {},
): OpenGame {
  const fields: FieldPlans = { ...sharedFields(sourceFields), ...blueprint.fields };
  const discriminators = new Set(Object.values(blueprint.adversaries).map((adversary) => adversary.discriminator));
  const networks: Record<string, Network> = {};
  for (const [name, entry] of Object.entries(blueprint.networks)) {
    const views = discriminators.has(name) ? blueprint.views.filter((view) => view.networks?.includes(name) ?? true) : [];
    const shown = views.reduce((seen, view) => view.fields?.(seen) ?? seen, fields);
    const plan = entry.edits.reduce((edited, edit) => edit.edit(edited, shown), entry.factory.plan(shown));
    for (const edit of entry.edits) edit.verify?.(plan, shown, views);
    networks[name] = buildNetwork(name, plan, shown);
  }
  for (const [name, player] of Object.entries(blueprint.players)) {
    const owned = Object.values(networks).flatMap((network) =>
      Object.keys(network.parameters).filter((parameter) => ownsParameter(player.owns, `${network.name}/${parameter}`)),
    );
    if (owned.length === 0) {
      throw new ConfigurationError("train$", [{ path: `players.${name}.owns`, message: `expected parts with parameters, got ${player.owns.join(", ")}` }]);
    }
  }
  return { networks, fields, configuration: configurationOf(blueprint, networks, fields, plugins, seed, contents) };
}

/** Everything that shapes training, as JSON: what the manifest holds and a resuming run is compared with. */
function configurationOf(
  blueprint: Blueprint,
  networks: Readonly<Record<string, Network>>,
  fields: FieldPlans,
  plugins: readonly AnyPlugin[],
  seed: number,
  contents: Readonly<Record<string, string>>,
): { readonly [key: string]: Json } {
  const each = <T>(record: Readonly<Record<string, T>>, describe: (value: T) => Json): Json =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [name, describe(value)]));
  return {
    seed,
    batchSize: blueprint.batchSize,
    sources: Object.fromEntries(Object.entries(blueprint.sources).map(([name, { spec }]) => [
      name,
      contents[name] === undefined ? { ...spec } : { ...spec, options: { ...spec.options, content: contents[name] } },
    ])),
    // With the range of the real samples and the number of classes: what is needed to sample without the data.
    fields: each(fields, (field) => ({ ...field, shape: [...field.shape], ...(field.range === undefined ? {} : { range: [...field.range] }) })),
    networks: each(networks, (network) => ({ ...network.spec })),
    players: each(blueprint.players, (player) => ({
      optimizer: { ...player.optimizer.spec },
      owns: [...player.owns],
      gradients: (player.gradients ?? []).map((transform) => ({ ...transform.spec })),
      constraints: (player.constraints ?? []).map((constraint) => ({ ...constraint.spec })),
      ...(player.forgetsAt === undefined ? {} : { forgetsAt: [...player.forgetsAt] }),
    })),
    turns: Object.fromEntries(blueprint.turns.map(({ name, players, times = 1, accumulate = 1, every = 1, after = "" }) => [
      name,
      { players: [...players], times: scheduledSpec(times), accumulate, every, after },
    ])),
    terms: Object.fromEntries(blueprint.terms.map(({ name, turn, weight = 1, spec }) => [
      name,
      { turn, weight: scheduledSpec(weight), spec: spec === undefined ? name : { ...spec } },
    ])),
    views: Object.fromEntries(blueprint.views.map((view) => [view.name, { ...view.spec }])),
    latents: each(blueprint.latents, (sources) => [...sources]),
    // Their names alone: who draws in other steps than before trains as before.
    ...(Object.keys(blueprint.samplers).length === 0 ? {} : { samplers: Object.keys(blueprint.samplers) }),
    settings: { ...blueprint.settings },
    plugins: plugins.flatMap(({ plugin: { name, options } }) => (options === undefined ? [] : [{ name, options }])),
  };
}
