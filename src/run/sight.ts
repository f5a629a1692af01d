import type { Adversary } from "../game/adversary.ts";
import type { Blueprint } from "../game/blueprint.ts";
import { jointPass } from "../game/jointPass.ts";
import type { CarryTree, Round } from "../game/round.ts";
import type { ForwardOptions, Seen, WeightedTerm } from "../game/seen.ts";
import type { Batch, MaybePromise } from "../game/source.ts";
import { fold } from "../math/random/fold.ts";
import type { Key } from "../math/random/key.ts";
import { tf, type Tensor, type Tensors } from "../math/tensor.ts";
import { withoutTape } from "../math/withoutTape.ts";
import type { Network, Pass } from "../networks/network.ts";
import { tensorsOf } from "./carry.ts";
import { isPromise, type Drawing } from "./drawing.ts";
import type { RunState } from "./runState.ts";
import { rateOf, standingOf, weightOf } from "./standingOf.ts";

/** Thrown through a turn whose source has not answered yet; the turn is begun again with the answer. */
export class StillDrawing {
  /** Where the answer goes among those of the repetition. */
  readonly place: string;
  readonly answer: PromiseLike<Batch>;
  constructor(place: string, answer: PromiseLike<Batch>) {
    this.place = place;
    this.answer = answer;
  }
}

/** What a turn's sight is made of. */
export interface SightContext {
  readonly blueprint: Blueprint;
  readonly networks: Readonly<Record<string, Network>>;
  readonly state: RunState;
  readonly drawing: Drawing;
  readonly round: Round;
  readonly turn: string;
  /** Networks that the turn's players own a part of. */
  readonly moving: ReadonlySet<string>;
  readonly repetition: number;
  /** Which of the turn's accumulated batches. */
  readonly part: number;
  readonly key: Key;
  /** See `Repetition`. */
  readonly generated: Map<string, Tensors> | undefined;
  /** Batches that have already answered in this repetition, by source and the samples ahead of its position. */
  readonly answered: Map<string, Batch>;
  /** Samples that earlier batches of this repetition have drawn, by source. */
  readonly ahead: Readonly<Record<string, number>>;
  /** Buffers that earlier batches of this repetition have moved. */
  readonly movedBuffers: ReadonlyMap<string, Tensors>;
}

/**
 * `Seen`, over the run's state. One is made for every attempt at a batch of a turn, inside its tidy; it changes no state:
 * what moves is handed over in `buffers`, `measures` and `drawnSources`, kept, and the rest goes with `release`.
 */
export class Sight implements Seen {
  readonly index: number;
  readonly turn: string;
  readonly repetition: number;
  readonly key: Key;
  readonly settings: Readonly<Record<string, number>>;
  readonly batchSize: number;
  /** Sources consumed. */
  readonly drawnSources = new Set<string>();
  readonly measures: Record<string, Tensor> = {};
  /** New buffers by network and name, the last pass's. */
  readonly buffers = new Map<string, Record<string, Tensor>>();
  readonly #context: SightContext;
  readonly #memory = new Map<string, unknown>();
  readonly #passes = new Map<Tensors, Map<string, Pass>>();
  readonly #kept: Tensor[] = [];
  readonly #firstId = tf.engine()["nextTensorId"]();
  #passCount = 0;

  constructor(context: SightContext) {
    this.#context = context;
    this.index = context.round.index;
    this.turn = context.turn;
    this.repetition = context.repetition;
    this.key = context.key;
    this.settings = context.round.settings;
    this.batchSize = context.round.batchSize;
  }

  once<T>(name: string, make: () => T): T {
    if (!this.#memory.has(name)) {
      const made = make();
      this.#memory.set(name, made);
      this.#keep(made as CarryTree);
    }
    return this.#memory.get(name) as T;
  }

  /** Disposes of what is remembered. Measures and buffers stay. */
  release(): void {
    for (const tensor of this.#kept) tensor.dispose();
  }

  /** Keeps what is remembered beyond the tidy it was made in: a nested gradient (a penalty, a look ahead) has its own. */
  #keep(made: CarryTree): void {
    for (const [, tensor] of tensorsOf(made)) {
      // What is older than this sight (weights, a plugin's carry) belongs to somebody else.
      if (tensor.kept || tensor.id < this.#firstId) continue;
      this.#kept.push(tf.keep(tensor));
    }
  }

  drawn(source: string): Tensors {
    const { answered, drawing, ahead } = this.#context;
    return this.once(`drawn/${source}`, () => {
      const place = `${source}+${ahead[source] ?? 0}`;
      let batch: MaybePromise<Batch> | undefined = answered.get(place);
      if (batch === undefined) {
        batch = drawing.ask(source, this.batchSize, ahead[source]);
        if (isPromise(batch)) throw new StillDrawing(place, batch);
        answered.set(place, batch);
      }
      this.drawnSources.add(source);
      return drawing.upload(source, batch);
    });
  }

  generated(network = "generator"): Tensors {
    return this.once(`generated/${network}`, () => {
      const sources = this.#context.blueprint.latents[network];
      if (sources === undefined) throw new RangeError(`"${network}" reads no latent source; those that do: ${Object.keys(this.#context.blueprint.latents).join(", ")}`);
      const latents: Tensors = Object.assign({}, ...sources.map((source) => this.drawn(source)));
      return { ...latents, ...this.#generatedFrom(network, latents) };
    });
  }

  /** By one pass for all turns that are played together, made in the one that moves the network. */
  #generatedFrom(network: string, latents: Tensors): Tensors {
    const { moving, generated, part } = this.#context;
    const place = `${network}+${part}`;
    const forward = (): Tensors => this.forward(network, latents).heads;
    // A network that the turn does not move, on inputs that are drawn: no gradient is asked through it.
    if (!moving.has(network)) return generated?.get(place) ?? withoutTape(forward);
    const heads = forward();
    if (generated?.has(place) === false) {
      generated.set(place, withoutTape(() => Object.fromEntries(Object.entries(heads).map(([head, tensor]) => [head, tf.keep(tf.clone(tensor))]))));
    }
    return heads;
  }

  shown(side: "real" | "fake", adversary = "adversary", look?: string): Tensors {
    const place = look === undefined ? [side] : [side, look];
    return this.once(`shown/${adversary}/${place.join("/")}`, () => {
      const { discriminator, real, fake } = this.#adversary(adversary);
      return this.#context.round.views
        .filter((view) => view.networks === undefined || view.networks.includes(discriminator))
        .reduce(
          (record, view) => view.of(record, { key: fold(this.key, "view", view.name, ...place), side, turn: this.turn, index: this.index, settings: this.settings }),
          side === "real" ? real(this) : fake(this),
        );
    });
  }

  discriminatorOf(adversary = "adversary"): string {
    return this.#adversary(adversary).discriminator;
  }

  real(adversary = "adversary"): Pass {
    return this.#judged("real", adversary);
  }

  fake(adversary = "adversary"): Pass {
    return this.#judged("fake", adversary);
  }

  sides(adversary = "adversary"): { readonly real: Pass; readonly fake: Pass } {
    const network = this.discriminatorOf(adversary);
    const records = [this.shown("real", adversary), this.shown("fake", adversary)] as const;
    const joint = this.#mayJoin(network, records) ? jointPass(...records, (record) => this.forward(network, record), (tensors) => this.#keep(tensors)) : undefined;
    joint?.forEach((pass, i) => this.#passes.set(records[i]!, new Map([[passId(network), pass]])));
    return { real: this.real(adversary), fake: this.fake(adversary) };
  }

  mixesSamples(network: string): boolean {
    return this.#network(network).mixesSamples;
  }

  forward(name: string, record: Tensors, { isTraining = true, isFrozen = false, parameters }: ForwardOptions = {}): Pass {
    const network = this.#network(name);
    const apply = (): Pass => {
      const pass = network.apply(
        parameters ?? this.parameters(name),
        { ...this.#context.state.buffers.under(name), ...this.#context.movedBuffers.get(name), ...this.buffers.get(name) },
        record,
        { isTraining, key: fold(this.key, "forward", name, this.#passCount++), settings: this.settings },
      );
      if (isTraining && !isFrozen) this.#moveBuffers(name, pass.buffers);
      return pass;
    };
    if (parameters !== undefined) return apply();
    const memory = this.#passes.get(record) ?? new Map<string, Pass>();
    this.#passes.set(record, memory);
    const id = passId(name, isTraining, isFrozen);
    const known = memory.get(id);
    if (known !== undefined) return known;
    const pass = apply();
    memory.set(id, pass);
    this.#keep({ ...pass.heads, "": pass.features });
    return pass;
  }

  parameters(network: string): Tensors {
    return this.once(`parameters/${network}`, () => this.#context.state.parameters.under(network));
  }

  player(name: string): ReturnType<Seen["player"]> {
    const { blueprint, state } = this.#context;
    const plan = blueprint.players[name];
    if (plan === undefined) throw new RangeError(`no player is named "${name}"; there are ${Object.keys(blueprint.players).join(", ")}`);
    return { plan, standing: standingOf(state, name, plan), rate: rateOf(state, name, plan, this.index) };
  }

  terms(turn: string): readonly WeightedTerm[] {
    const { round, state } = this.#context;
    return round.terms
      .filter((term) => term.turn === turn)
      .map((term) => ({ term, weight: weightOf(state, term, round.index) }))
      .filter(({ weight }) => weight !== 0);
  }

  measure(name: string, value: Tensor): void {
    if (value.size !== 1) throw new RangeError(`measure "${name}": expected a scalar, got shape [${value.shape.join(", ")}]`);
    this.measures[name]?.dispose();
    this.measures[name] = tf.keep(tf.reshape(value, []));
  }

  #moveBuffers(network: string, moved: Tensors): void {
    const before = this.buffers.get(network) ?? {};
    for (const [name, value] of Object.entries(moved)) {
      if (before[name] !== value) before[name]?.dispose();
      tf.keep(value);
    }
    this.buffers.set(network, { ...before, ...moved });
  }

  /** Whether one pass can stand for both sides' and is wanted: nothing was asked of either alone, or will be. */
  #mayJoin(network: string, records: readonly Tensors[]): boolean {
    const { moving, round, turn } = this.#context;
    return (
      moving.has(network) &&
      !this.mixesSamples(network) &&
      records.every((record) => !this.#passes.has(record)) &&
      !round.terms.some((term) => term.turn === turn && term.differentiatesSide === true)
    );
  }

  #network(name: string): Network {
    const network = this.#context.networks[name];
    if (network === undefined) throw new RangeError(`no network is named "${name}"; there are ${Object.keys(this.#context.networks).join(", ")}`);
    return network;
  }

  #judged(side: "real" | "fake", adversary: string): Pass {
    return this.forward(this.discriminatorOf(adversary), this.shown(side, adversary));
  }

  #adversary(name: string): Adversary {
    const { adversaries } = this.#context.blueprint;
    const adversary = adversaries[name];
    if (adversary === undefined) throw new RangeError(`no adversary is named "${name}"; there are ${Object.keys(adversaries).join(", ") || "none"}`);
    return adversary;
  }
}

/** Under what a pass on a record is remembered. */
function passId(network: string, isTraining = true, isFrozen = false): string {
  return `${network}/${isTraining}/${isFrozen}`;
}
