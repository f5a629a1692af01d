import type { DeviceWork } from "../backends/deviceWork.ts";
import type { Json } from "../configuration/spec.ts";
import type { Key } from "../math/random/key.ts";
import type { Tensor, Tensors } from "../math/tensor.ts";
import type { Pass } from "../networks/network.ts";
import type { Measured, PluginReported, SamplesDrawn } from "./event.ts";
import type { GivenFields } from "./givenFields.ts";
import type { Batch, MaybePromise } from "./source.ts";
import type { Term } from "./term.ts";
import type { View } from "./view.ts";
import type { FieldPlan } from "../networks/network.ts";

/** What a plugin carries from round to round: tensors and JSON, in any nesting. Saved whole with every checkpoint. */
export type CarryTree = Tensor | Json | readonly CarryTree[] | { readonly [key: string]: CarryTree };
export type Carry = Readonly<Record<string, CarryTree>>;

/** What a draw outside the turns asks for. */
export interface DrawOptions {
  /** Draws of one stream share a key; a stream never moves the training's position. Default `evaluation`. */
  readonly stream?: string;
  /** Default 0: the same samples every time. */
  readonly position?: number;
}

/** What a draw of a network's samples asks for. */
export interface SampleOptions extends DrawOptions {
  /** Values in place of the network's own. */
  readonly parameters?: Tensors;
  readonly buffers?: Tensors;
  /** Latent fields whose values are not drawn; the first row is the first sample's, whatever the position. */
  readonly given?: GivenFields;
}

/** What the device has been asked for since it was opened (see `DeviceWork`), and what it holds now. */
export interface DeviceUse extends DeviceWork {
  /** Live tensors, of everything in this process. */
  readonly tensorsHeld: number;
  readonly bytesHeld: number;
  /** GPU memory, free buffers of the pool included; 0 without a GPU. */
  readonly gpuBytes: number;
}

/** What operators may ask of the run while a round passes through them. */
export interface Run {
  /** Rounds the run plays to. */
  readonly rounds: number;
  readonly batchSize: number;
  /** Names of the networks. */
  readonly networks: readonly string[];
  /** Sources whose fields a generating network reads. */
  latents(network: string): readonly string[];
  /** What is known of a field, of real data or of a network's head. */
  field(name: string): FieldPlan | undefined;
  /** A network's parameters now, by their names within it. Lent: neither kept nor disposed by the borrower. */
  parameters(network: string): Tensors;
  /** A network's buffers now. Lent. */
  buffers(network: string): Tensors;
  /** A network's forward pass with the given (or its own) values and the round's settings, outside training unless said otherwise. */
  forward(network: string, record: Tensors, options?: { readonly parameters?: Tensors; readonly buffers?: Tensors; readonly isTraining?: boolean }): Pass;
  /** Samples for evaluation; never moves the training's position. */
  draw(source: string, count: number, options?: DrawOptions): MaybePromise<Batch>;
  /**
   * A network's samples for evaluation: the record of its latents and of what it makes of them, in one pass or, where the
   * game has a sampler for it, by that; `[count, …]` each. With the given (or its own) values. The caller disposes them.
   */
  sample(network: string, count: number, options?: SampleOptions): Promise<Tensors>;
  /** A batch as tensors `[count, …]`. The caller disposes them, or calls inside a tidy. */
  upload(source: string, batch: Batch): Tensors;
  /** What the device has done and holds. */
  device(): DeviceUse;
  /** Puts a number that is known here among the metrics of the round being played. Not part of training, nor of a checkpoint. */
  measure(name: string, value: number): void;
  /** Sends an event after the events of all rounds up to this one. */
  emit(event: SamplesDrawn | Measured | PluginReported): void;
}

/**
 * One exchange of the game, the value that flows through the stream. A plan, not a result: operators add terms, views,
 * settings and carry to it, and steps play turns with what has been added before them.
 */
export interface Round {
  /** 0 for the first. */
  readonly index: number;
  /** True for the last round of the run. */
  readonly isLast: boolean;
  /** Fresh for every round. */
  readonly key: Key;
  readonly terms: readonly Term[];
  readonly views: readonly View[];
  readonly settings: Readonly<Record<string, number>>;
  /** Samples per draw of the turns played from here on; the game's, unless an operator has replaced it. */
  readonly batchSize: number;
  /** Scalars left on the device by the turns played so far; read, later, with the losses. */
  readonly measures: Tensors;
  /** The measures of the round before, on the device; empty in the first. Part of the checkpoint. */
  readonly previous: Tensors;
  readonly carry: Carry;
  /** What `control$` asked for in this round: `samples`. */
  readonly requests: readonly string[];
  readonly run: Run;
  /**
   * Plays turns (and those declared `after` them). Several names are played together: all gradients are taken at one
   * point before any player moves.
   */
  play(...turns: readonly string[]): MaybePromise<Round>;
}

/** A round with one entry of its carry replaced. The engine disposes of the tensors that fell out. */
export function withCarry(round: Round, name: string, tree: CarryTree): Round {
  return { ...round, carry: { ...round.carry, [name]: tree } };
}
