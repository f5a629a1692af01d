import type { Observable } from "rxjs";
import type { Json } from "../configuration/spec.ts";
import type { Blueprint } from "./blueprint.ts";
import type { Round } from "./round.ts";

/** What the engine knows of a plugin beside the operator it is. */
export interface PluginDescription<Adds extends string = string, Needs extends string = string> {
  readonly name: string;
  /** What shapes training, for the checkpoint manifest. Absent for what only watches (probes). */
  readonly options?: { readonly [key: string]: Json };
  /** Fields or heads later plugins may rely on: `codes`. */
  readonly adds: readonly Adds[];
  /** What must be there before it: `labels`. */
  readonly needs: readonly Needs[];
  /** Its entries in the round's carry, which no other plugin of the run may have. Absent where it carries nothing. */
  readonly carries?: readonly string[];
  /** Set where the operator may answer later than at once; it must then answer within `timeoutMs`. */
  readonly asynchronous?: { readonly timeoutMs: number };
  /** Edits the game before anything is allocated. Pure. */
  readonly assemble?: (blueprint: Blueprint) => Blueprint;
}

/**
 * An operator over rounds that may also edit the game's blueprint. Every round that goes in must come out once, in
 * order; what goes wrong is reported with the plugin's name.
 */
export interface Plugin<Adds extends string = never, Needs extends string = never> {
  (round$: Observable<Round>): Observable<Round>;
  readonly plugin: PluginDescription<Adds, Needs>;
}

/** Any plugin, whatever it adds and needs. */
export type AnyPlugin = Plugin<string, string>;

/** What a plugin says of itself, with what it may leave out. */
export interface PluginOptions<Adds extends string = never, Needs extends string = never> {
  readonly options?: { readonly [key: string]: Json };
  readonly adds?: readonly Adds[];
  readonly needs?: readonly Needs[];
  readonly carries?: readonly string[];
  readonly asynchronous?: { readonly timeoutMs: number };
  readonly assemble?: (blueprint: Blueprint) => Blueprint;
}

/**
 * Makes a plugin of an operator.
 *
 * @example
 * ```ts
 * const quieter = definePlugin("quieter", (round$) =>
 *   round$.pipe(map((round) => ({ ...round, settings: { ...round.settings, noise: 1 / (1 + round.index) } }))),
 *   { options: {} });
 * ```
 */
export function definePlugin<const Adds extends string = never, const Needs extends string = never>(
  name: string,
  operator: (round$: Observable<Round>) => Observable<Round>,
  { options, adds = [], needs = [], carries, asynchronous, assemble }: PluginOptions<Adds, Needs> = {},
): Plugin<Adds, Needs> {
  const plugin: PluginDescription<Adds, Needs> = {
    name,
    adds,
    needs,
    ...(options === undefined ? {} : { options }),
    ...(carries === undefined ? {} : { carries }),
    ...(asynchronous === undefined ? {} : { asynchronous }),
    ...(assemble === undefined ? {} : { assemble }),
  };
  // A fresh function: the caller's operator may be shared, and must not be marked.
  return Object.assign((round$: Observable<Round>) => operator(round$), { plugin });
}

/**
 * The order of plugins as the compiler checks it: each one's `Needs` must be among what the data provides and the
 * plugins before it add. Where they are not, the offending place has a type that says what is missing.
 */
export type Ordered<Plugins extends readonly unknown[], Have extends string> = Plugins extends readonly [infer First, ...infer Rest]
  ? First extends Plugin<infer Adds, infer Needs>
    ? [Needs] extends [Have]
      ? readonly [First, ...Ordered<Rest, Have | Adds>]
      : readonly [MissingBefore<Exclude<Needs, Have>>, ...Rest]
    : readonly [AnyPlugin, ...Rest]
  : Plugins;

/** Shown by the compiler where a plugin stands before what it needs. */
export interface MissingBefore<Field extends string> {
  readonly "this plugin needs, before it": Field;
}
