import type { Observable } from "rxjs";
import { backendCheck } from "../backends/backendCheck.ts";
import type { BackendChoice } from "../backends/device.ts";
import { anything, checkOptions, having, integer, listOf, optional, satisfies } from "../configuration/checkOptions.ts";
import type { NetworkFactory } from "../networks/network.ts";
import type { Blueprint, NetworkEntry } from "./blueprint.ts";
import type { Checkpoints } from "./checkpoint.ts";
import type { Command } from "./command.ts";
import type { Source } from "./source.ts";

/** How a game is run. */
export interface RunOptions {
  /** Total rounds, those before a resume included. */
  readonly rounds: number;
  /** Default 0. */
  readonly seed?: number;
  /** Default `auto`: a hardware WebGPU adapter, else wasm, else a software adapter, else cpu. */
  readonly backend?: BackendChoice;
  readonly checkpoints?: Checkpoints;
  /** Losses and measures are read every so many rounds; default 10. A checkpoint, a draw, a stop also read. */
  readonly readEvery?: number;
  /** Pause, resume, stop, save, draw, set a rate or a weight; applied at round boundaries. */
  readonly control$?: Observable<Command>;
  /** Aborting it is the command `Stop`. */
  readonly signal?: AbortSignal;
}

/** What is played, and how it is run. */
export interface Game<Fields extends string = string> extends Blueprint, RunOptions {
  /** For the compiler: the fields the data provides. */
  readonly provides?: readonly Fields[];
}

/** A game with what may be left out. */
export interface GameOptions<Fields extends string = string> extends RunOptions {
  /** `data` is asked for its batch size where none is given. */
  readonly sources: { readonly data?: Source<Fields>; readonly [name: string]: Source | undefined };
  /** Networks, players, terms and turns may all come from plugins (`diffusion`). */
  readonly networks?: Readonly<Record<string, NetworkFactory>>;
  readonly players?: Blueprint["players"];
  readonly terms?: Blueprint["terms"];
  readonly turns?: Blueprint["turns"];
  readonly adversaries?: Blueprint["adversaries"];
  readonly latents?: Blueprint["latents"];
  readonly samplers?: Blueprint["samplers"];
  readonly views?: Blueprint["views"];
  readonly settings?: Blueprint["settings"];
  readonly fields?: Blueprint["fields"];
  readonly batchSize?: number;
}

const record = satisfies("an object by name", (value) => value !== null && typeof value === "object");

/** The checks of `RunOptions`, shared by everything that takes them. */
export const runChecks = {
  rounds: integer(),
  seed: optional(satisfies("a safe integer >= 0", (value) => Number.isSafeInteger(value) && (value as number) >= 0)),
  backend: optional(backendCheck),
  checkpoints: optional(having("a checkpoint store such as folder(path, { every })", "open")),
  readEvery: optional(integer()),
  control$: optional(having("an Observable of commands", "subscribe")),
  signal: optional(having("an AbortSignal", "addEventListener")),
};

/**
 * A game for `train$`: any networks, players and turns.
 *
 * @throws ConfigurationError naming every wrong option.
 * @example A single-player game: a regression.
 * ```ts
 * game({
 *   sources: { data }, networks: { model: mlp().discriminator }, rounds: 100,
 *   players: { model: { optimizer: sgd({ learningRate: 0.1 }), owns: ["model"] } },
 *   turns: [{ name: "fit", players: ["model"] }],
 *   terms: [{ name: "error", turn: "fit", of: (seen) => squaredError(seen.forward("model", seen.drawn("data"))) }],
 * });
 * ```
 */
export function game<const Fields extends string = never>(options: GameOptions<Fields>): Game<Fields> {
  checkOptions("game", {
    ...runChecks,
    sources: record,
    networks: optional(record),
    players: optional(record),
    terms: optional(listOf(anything)),
    turns: optional(listOf(anything)),
    adversaries: optional(record),
    latents: optional(record),
    samplers: optional(record),
    views: optional(listOf(anything)),
    settings: optional(record),
    fields: optional(record),
    batchSize: optional(integer()),
  }, options);
  const { sources, networks = {}, players = {}, terms = [], turns = [] } = options;
  const { adversaries = {}, latents = {}, samplers = {}, views = [], settings = {}, fields = {}, batchSize } = options;
  const entries = Object.entries(networks).map(([name, factory]): [string, NetworkEntry] => [name, { factory, edits: [] }]);
  return {
    ...options,
    sources: sources as Blueprint["sources"],
    networks: Object.fromEntries(entries),
    players,
    terms,
    turns,
    adversaries,
    latents,
    samplers,
    views,
    settings,
    fields,
    batchSize: batchSize ?? sources.data?.batchSize ?? 64,
    provides: sources.data?.provides ?? [],
  };
}
