import type { Key } from "../math/random/key.ts";
import type { Tensor, Tensors } from "../math/tensor.ts";
import type { Pass } from "../networks/network.ts";
import type { PlayerPlan } from "./player.ts";
import type { Standing } from "./standing.ts";
import type { Term } from "./term.ts";

/** How a forward pass asked of `Seen.forward` is meant. */
export interface ForwardOptions {
  /** Batch statistics and dropout; default true. */
  readonly isTraining?: boolean;
  /** Leave the network's buffers (batch-norm statistics) as they are; for penalties. Default false. */
  readonly isFrozen?: boolean;
  /** Parameters to use in place of the network's own, by their names within it (averages, unrolled copies). */
  readonly parameters?: Tensors;
}

/** A term with what it counts in this round, not 0. */
export interface WeightedTerm {
  readonly term: Term;
  readonly weight: number;
}

/**
 * What the terms of a turn see: the batches drawn for this repetition and the networks applied to them. Everything is
 * on the tape, made on first use and memoised, so that two terms looking at the same thing cost one forward pass.
 */
export interface Seen {
  /** Index of the round, 0 for the first. */
  readonly index: number;
  readonly turn: string;
  /** 0 for the first of the turn's `times`. */
  readonly repetition: number;
  /** Fresh for each turn and repetition. */
  readonly key: Key;
  readonly settings: Readonly<Record<string, number>>;
  /** Samples per draw. */
  readonly batchSize: number;
  /** This repetition's batch of a source, as tensors `[batchSize, …]`. */
  drawn(source: string): Tensors;
  /** The record a network maps from its latent sources, with its heads added: `{ noise, samples }`. */
  generated(network?: string): Tensors;
  /** The discriminator's pass on real samples, after the views. */
  real(adversary?: string): Pass;
  /** The discriminator's pass on generated samples, after the same views. */
  fake(adversary?: string): Pass;
  /**
   * Both passes, for who looks at both. In a turn that moves the discriminator they are one forward pass on both sides'
   * records, one behind the other, where no layer mixes samples and no term differentiates a side alone.
   */
  sides(adversary?: string): { readonly real: Pass; readonly fake: Pass };
  /**
   * The record the discriminator saw on one side, after the views. Another `look`, by any name, is the same samples through the
   * same views, which draw anew.
   */
  shown(side: "real" | "fake", adversary?: string, look?: string): Tensors;
  /** The name of the network that judges for an adversary. */
  discriminatorOf(adversary?: string): string;
  /** Whether a sample's output of a network depends on the others of its batch (`Layer.mixesSamples`). */
  mixesSamples(network: string): boolean;
  /** A network applied to a record; memoised by the record's identity and the options. */
  forward(network: string, record: Tensors, options?: ForwardOptions): Pass;
  /** A network's parameters by their names within it. */
  parameters(network: string): Tensors;
  /** Where a player stands before this turn moves anyone, with its plan and its rate in this round. */
  player(name: string): { readonly plan: PlayerPlan; readonly standing: Standing; readonly rate: number };
  /** The terms of a turn that count in this round, with the weights its schedules or a command give them. */
  terms(turn: string): readonly WeightedTerm[];
  /** Computes something once per repetition. */
  once<T>(name: string, make: () => T): T;
  /** Leaves a scalar on the device, to be read with the losses. */
  measure(name: string, value: Tensor): void;
}
