import { ConfigurationError, type Problem } from "../configuration/configurationError.ts";
import type { Blueprint } from "../game/blueprint.ts";
import type { Game } from "../game/game.ts";
import type { AnyPlugin } from "../game/plugin.ts";
import type { Turn } from "../game/turn.ts";

/**
 * Folds the plugins' edits into a game's blueprint, left to right, and checks the outcome. Pure: no device, no tensors.
 *
<<<<<<< HEAD
 * @throws ConfigurationError naming every plugin that stands before what it needs, every name that leads nowhere, and every
 * view that no discriminator looks through; of a sampler that cannot draw from what the game trains.
=======
 * @throws ConfigurationError naming every plugin that stands before what it needs or carries what another one carries, and
 * every name that leads nowhere.
>>>>>>> 8f0f378d5a924ae35d40d35dcc92ee9939711f95
 */
export function assemble(game: Game, plugins: readonly AnyPlugin[]): Blueprint {
  const problems: Problem[] = [];
  const have = new Set<string>([
    ...(game.provides ?? []),
    ...Object.values(game.sources).flatMap((source) => source.provides),
    ...Object.keys(game.fields),
  ]);
  const carriers = new Map<string, string>();
  let blueprint: Blueprint = game;
  plugins.forEach((plugin, place) => {
    const path = `plugins[${place}]`;
    if (typeof plugin !== "function" || plugin.plugin === undefined) {
      problems.push({ path, message: "expected a plugin (an operator made by definePlugin), got something else" });
      return;
    }
    const { name, needs, adds, carries = [], assemble: edit } = plugin.plugin;
    const missing = needs.filter((need) => !have.has(need));
    if (missing.length > 0) {
      problems.push({
        path,
        message: `${name} needs ${missing.join(" and ")}, which neither the data nor a plugin before it provides; it has ${[...have].join(", ") || "nothing"}`,
      });
      return;
    }
    for (const entry of carries) {
      const other = carriers.get(entry);
      if (other !== undefined) {
        problems.push({ path, message: `${name} carries "${entry}" from round to round, as ${other} does; expected one of the two, or each for something else` });
      }
      carriers.set(entry, path);
    }
    for (const added of adds) have.add(added);
    try {
      blueprint = edit?.(blueprint) ?? blueprint;
    } catch (error) {
      problems.push({ path, message: `${name}: ${error instanceof Error ? error.message : String(error)}` });
    }
  });
  if (problems.length === 0 && blueprint.turns.length === 0) {
    problems.push({ path: "turns", message: "expected at least one, the game's own or a plugin's, got none" });
  }
  if (problems.length === 0) problems.push(...unseenViews(blueprint));
  problems.push(...danglingNames(blueprint));
  if (problems.length > 0) throw new ConfigurationError("train$", problems);
  const terms = Object.fromEntries(blueprint.terms.map(({ name, spec = { name } }) => [name, spec]));
  for (const sampler of Object.values(blueprint.samplers)) sampler.verify?.(terms);
  return { ...blueprint, turns: blueprint.turns.map((turn) => repeated(turn, blueprint.turns)) };
}

/** A turn with the repetitions of the one it follows in them. */
function repeated({ repeatsAs, ...turn }: Turn, turns: readonly Turn[]): Turn {
  if (repeatsAs === undefined) return turn;
  const { times, accumulate } = turns.find(({ name }) => name === repeatsAs)!;
  return { ...turn, ...(times === undefined ? {} : { times }), ...(accumulate === undefined ? {} : { accumulate }) };
}

/** Views that stand before no discriminator, and so would change nothing. */
function unseenViews({ views, adversaries }: Blueprint): readonly Problem[] {
  const discriminators = [...new Set(Object.values(adversaries).map(({ discriminator }) => discriminator))];
  const expected = discriminators.length === 0 ? "a discriminator" : `a discriminator (${discriminators.join(", ")})`;
  return views.flatMap(({ name, networks }, i) => {
    if (discriminators.some((each) => networks === undefined || networks.includes(each))) return [];
    const got = networks?.join(", ") ?? "none";
    return [{ path: `views[${i}]`, message: `expected ${expected} for "${name}" to stand before, got ${got}: a view that reaches no discriminator changes nothing; leave it out` }];
  });
}

/** Names used in a blueprint that lead nowhere, and names used twice. */
function danglingNames(blueprint: Blueprint): readonly Problem[] {
  const problems: Problem[] = [];
  const expect = (path: string, kind: string, name: string, known: readonly string[]): void => {
    if (!known.includes(name)) problems.push({ path, message: `no ${kind} is named "${name}"; there are ${known.join(", ") || "none"}` });
  };
  const networks = Object.keys(blueprint.networks);
  const turns = blueprint.turns.map((turn) => turn.name);
  const once = (path: string, names: readonly string[]): void => {
    names.forEach((name, i) => {
      if (names.indexOf(name) !== i) problems.push({ path: `${path}[${i}]`, message: `"${name}" is there twice` });
    });
  };
  once("terms", blueprint.terms.map((term) => term.name));
  once("turns", turns);
  once("views", blueprint.views.map((view) => view.name));
  for (const [name, player] of Object.entries(blueprint.players)) {
    for (const part of player.owns) expect(`players.${name}.owns`, "network", part.split("/")[0]!, networks);
  }
  blueprint.turns.forEach((turn, i) => {
    for (const player of turn.players) expect(`turns[${i}].players`, "player", player, Object.keys(blueprint.players));
    if (turn.after !== undefined) expect(`turns[${i}].after`, "turn", turn.after, turns);
    if (turn.repeatsAs !== undefined) expect(`turns[${i}].repeatsAs`, "turn", turn.repeatsAs, turns);
  });
  blueprint.terms.forEach((term, i) => expect(`terms[${i}].turn`, "turn", term.turn, turns));
  for (const [name, adversary] of Object.entries(blueprint.adversaries)) {
    expect(`adversaries.${name}.discriminator`, "network", adversary.discriminator, networks);
  }
  for (const [network, sources] of Object.entries(blueprint.latents)) {
    expect("latents", "network", network, networks);
    for (const source of sources) expect(`latents.${network}`, "source", source, Object.keys(blueprint.sources));
  }
  for (const network of Object.keys(blueprint.samplers)) expect("samplers", "network", network, networks);
  return problems;
}
