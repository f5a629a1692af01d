import { type Check, integer, listOf, number, optional, text } from "../configuration/checkOptions.ts";
import type { Json } from "../configuration/spec.ts";
import { withNetworkEdit, withTerm, withTurn, type Blueprint } from "../game/blueprint.ts";
import type { Seen } from "../game/seen.ts";
import { guarded } from "../math/schedules/guarded.ts";
import { scaled } from "../math/schedules/scaledSchedule.ts";
import { type Scheduled, scheduledSpec } from "../math/schedules/schedule.ts";
import { scheduled } from "../math/schedules/scheduled.ts";
import type { Tensor, Tensors } from "../math/tensor.ts";
import { forMoreUpdates } from "../networks/optimizers/forMoreUpdates.ts";
import { refuseMixing } from "../networks/refuseMixing.ts";
import { playerOf } from "./playerOf.ts";

/** What all penalties on a discriminator's input gradients may be told. */
export interface PenaltyOptions {
  /** Default `adversary`. */
  readonly adversary?: string;
  /** The turn whose loss it belongs to. Default `discriminator`. */
  readonly turn?: string;
  /** The discriminator's head that is penalised. Default `logits`. */
  readonly head?: string;
  /** Fields of the record in which the gradient is taken; default every real-valued one the head depends on. */
  readonly fields?: readonly string[];
  /**
   * Lazy regularisation: the penalty becomes a turn of its own, played after `turn` in every so-many-th round k, with k
   * times the weight; the turn's players are moved (k + 1)/k times as often, so their rates become rate · c and their
   * betas β^c, c = k/(k + 1). It is repeated as often as `turn`. Default 1: part of the turn's own loss. StyleGAN2 takes 16.
   */
  readonly every?: number;
}

const weightOfRound = number({ minimum: 0 });

/** A weight ≥ 0, or a schedule of weights. */
export const weightCheck: Check = optional(scheduled(weightOfRound));

/** A weight that is checked in every round where that is not known before. */
export function guardedWeight(owner: string, option: string, weight: Scheduled): Scheduled {
  return guarded(owner, option, weight, weightOfRound);
}

/** The checks of `PenaltyOptions`. */
export const penaltyChecks: Readonly<Record<string, Check>> = {
  adversary: optional(text),
  turn: optional(text),
  head: optional(text),
  fields: optional(listOf(text, 1)),
  every: optional(integer()),
};

/** A penalty on a discriminator's input gradients. */
export interface Penalty {
  /** `r1`: what it is called in errors, terms and measures. */
  readonly name: string;
  readonly weight: Scheduled;
  /** What it is, for the manifest. */
  readonly options: { readonly [key: string]: Json };
  readonly where: PenaltyOptions;
  /** Whether it asks for scores of `shared` records. Default false. */
  readonly isShared?: boolean;
  /** The penalty, on the tape. */
  of(seen: Seen, judge: Judge): Tensor;
}

/** How a penalty asks the discriminator. */
export interface Judge {
  readonly adversary: string;
  readonly fields: readonly string[] | undefined;
  /** The penalised head's outputs for a record the terms of the turn look at anyway; shares their forward pass. */
  shared(record: Tensors): () => Tensor;
  /** The penalised head's outputs for a record of the penalty's own. Leaves the network's buffers as they are. */
  apart(record: Tensors): () => Tensor;
  /** Leaves a measure, `r1/norm`. */
  measure(quantity: string, value: Tensor): void;
}

/** What such a penalty says of itself in the manifest. */
export function penaltySpec(weight: Scheduled, { fields, ...where }: PenaltyOptions, own: { readonly [key: string]: Json } = {}): { readonly [key: string]: Json } {
  return {
    weight: scheduledSpec(weight),
    ...own,
    ...where,
    ...(fields === undefined ? {} : { fields: [...fields] }),
  };
}

/**
 * A blueprint with such a penalty, in the turn's loss or as a turn of its own.
 *
 * @throws RangeError where the adversary, the turn or a player of it is not there; ConfigurationError where the network
 * mixes samples, or a player's optimizer cannot be rescaled
 */
export function withPenalty(blueprint: Blueprint, { name, weight, options, where, isShared = false, of }: Penalty): Blueprint {
  const { adversary = "adversary", turn: turnName = "discriminator", head = "logits", fields, every = 1 } = where;
  const judged = blueprint.adversaries[adversary];
  if (judged === undefined) throw new RangeError(`no adversary is named "${adversary}"; there are ${Object.keys(blueprint.adversaries).join(", ") || "none"}`);
  const turn = blueprint.turns.find((candidate) => candidate.name === turnName);
  if (turn === undefined) throw new RangeError(`no turn is named "${turnName}"; there are ${blueprint.turns.map((each) => each.name).join(", ")}`);
  const isLazy = every > 1;
  const called = adversary === "adversary" ? name : `${name}/${adversary}`;
  const checked = withNetworkEdit(blueprint, judged.discriminator, {
    spec: { name },
    edit: (plan) => plan,
    verify: (plan) => refuseMixing(name, judged.discriminator, plan, head),
  });
  const penalised = withTerm(checked, {
    name: called,
    turn: isLazy ? called : turnName,
    weight: isLazy ? scaled(weight, every) : weight,
    spec: { name, options },
    differentiatesSide: isShared,
    of: (seen) => of(seen, judgeOf(seen, adversary, head, fields, isLazy, called)),
  });
  if (!isLazy) return penalised;
  const ratio = every / (every + 1);
  const players = Object.fromEntries(
    turn.players.map((player) => {
      const plan = playerOf(blueprint, player);
      return [player, { ...plan, optimizer: forMoreUpdates(plan.optimizer, ratio) }];
    }),
  );
  return withTurn(
    { ...penalised, players: { ...penalised.players, ...players } },
    { name: called, players: turn.players, every, after: turnName, repeatsAs: turnName },
  );
}

function judgeOf(seen: Seen, adversary: string, head: string, fields: readonly string[] | undefined, isLazy: boolean, called: string): Judge {
  const network = seen.discriminatorOf(adversary);
  const scores = (record: Tensors, isFrozen: boolean): Tensor => {
    const { heads } = seen.forward(network, record, { isFrozen });
    const output = heads[head];
    if (output === undefined) throw new RangeError(`${called}: "${network}" has no head "${head}", only ${Object.keys(heads).join(", ")}`);
    return output;
  };
  return {
    adversary,
    fields,
    // Made here, not when the gradient is asked for: its other heads and buffers would end with the gradient's own tidy.
    shared: (record) => {
      const output = scores(record, isLazy);
      return () => output;
    },
    apart: (record) => () => scores(record, true),
    measure: (quantity, value) => seen.measure(`${called}/${quantity}`, value),
  };
}

/** The tensors of a record in which a gradient is taken: the named ones, else every real-valued one that `others` has too. */
export function gradientFields(owner: string, record: Tensors, fields: readonly string[] | undefined, others: Tensors = record): readonly string[] {
  if (fields === undefined) return Object.keys(record).filter((field) => record[field]!.dtype === "float32" && others[field]?.dtype === "float32");
  for (const field of fields) {
    if (record[field] === undefined || others[field] === undefined) {
      throw new RangeError(`${owner}: the record has no field "${field}" on both sides; it has ${Object.keys(record).join(", ")}`);
    }
  }
  return fields;
}
