import { ownsParameter } from "../game/player.ts";
import type { Round } from "../game/round.ts";
import type { Batch } from "../game/source.ts";
import type { Turn } from "../game/turn.ts";
import { fold } from "../math/random/fold.ts";
import { tf, type Tensor, type Tensors } from "../math/tensor.ts";
import type { Table } from "./playTurn.ts";
import { Sight } from "./sight.ts";

/** One turn's gradients at the current point, with what moves beside the parameters. Inside the tidy that made them. */
export interface Gradients {
  readonly turn: Turn;
  readonly byParameter: ReadonlyMap<string, Tensor>;
  /** Kept: they are the caller's. */
  readonly measures: Tensors;
  /** New buffers of the networks that move, by network. Kept: they are the caller's. */
  readonly buffers: ReadonlyMap<string, Tensors>;
  /** Samples drawn by source. */
  readonly drawn: Readonly<Record<string, number>>;
}

/** One repetition of turns that are played together, and what they share in it. */
export interface Repetition {
  /** 0 for the first. */
  readonly index: number;
  /** Batches that have answered, by source and the samples ahead of its position. */
  readonly answered: Map<string, Batch>;
  /** What the turn that moves a network generated with it, off the tape, by network and accumulated batch; kept. Absent where a turn is alone. */
  readonly generated?: Map<string, Tensors>;
}

/**
 * The gradients of a turn's loss with respect to all its players own, averaged over the turn's `accumulate` batches. A
 * parameter the loss does not reach is left out.
 */
export function gradientsOf(table: Table, round: Round, turn: Turn, repetition: Repetition): Gradients {
  const { accumulate = 1 } = turn;
  const byParameter = new Map<string, Tensor>();
  const measures: Record<string, Tensor> = {};
  const buffers = new Map<string, Tensors>();
  const drawn: Record<string, number> = {};
  const share = (value: Tensor): Tensor => (accumulate === 1 ? value : tf.div(value, accumulate));
  try {
    for (let part = 0; part < accumulate; part++) {
      const one = gradientsOfBatch(table, round, turn, repetition, part, { drawn, buffers });
      for (const [name, gradient] of one.byParameter) {
        const sum = byParameter.get(name);
        byParameter.set(name, sum === undefined ? share(gradient) : tf.add(sum, share(gradient)));
      }
      for (const [name, value] of Object.entries(one.measures)) {
        const sum = measures[name];
        measures[name] = accumulate === 1 ? value : tf.keep(sum === undefined ? share(value) : tf.add(sum, share(value)));
        if (accumulate > 1) tf.dispose([value, ...(sum === undefined ? [] : [sum])]);
      }
      for (const [network, values] of one.buffers) {
        tf.dispose({ ...buffers.get(network) });
        buffers.set(network, values);
      }
      for (const [source, count] of Object.entries(one.drawn)) drawn[source] = (drawn[source] ?? 0) + count;
    }
  } catch (error) {
    tf.dispose([...Object.values(measures), ...[...buffers.values()].flatMap((values) => Object.values(values))]);
    throw error;
  }
  return { turn, byParameter, measures, buffers, drawn };
}

/** The gradients of one batch. */
function gradientsOfBatch(
  table: Table,
  round: Round,
  turn: Turn,
  { index: repetition, answered, generated }: Repetition,
  part: number,
  { drawn: ahead, buffers: movedBuffers }: Pick<Gradients, "drawn" | "buffers">,
): Gradients {
  const { blueprint, state } = table;
  const terms = round.terms.filter((term) => term.turn === turn.name);
  if (terms.length === 0) throw new RangeError(`turn "${turn.name}" has no term; terms belong to ${[...new Set(round.terms.map((term) => term.turn))].join(", ") || "no turn"}`);
  const owns = turn.players.flatMap((player) => blueprint.players[player]!.owns);
  const names = state.parameters.names().filter((name) => ownsParameter(owns, name));
  const key = fold(round.key, "turn", turn.name, repetition, part);
  const moving = new Set(owns.map((part) => part.split("/")[0]!));
  const sight = new Sight({ ...table, round, turn: turn.name, moving, repetition, part, key, answered, generated, ahead, movedBuffers });
  const measures: Record<string, Tensor> = {};
  const loss = (): tf.Scalar => {
    const parts = sight.terms(turn.name).map(({ term, weight }): Tensor => {
      const value = term.of(sight);
      if (value.size !== 1) throw new RangeError(`term "${term.name}": expected a scalar, got shape [${value.shape.join(", ")}]`);
      const scalar = tf.reshape(value, []);
      if (terms.length > 1) measures[`term/${term.name}`] = scalar;
      return weight === 1 ? scalar : tf.mul(scalar, weight);
    });
    // `gradients` runs this in a tidy of its own, which would take everything but the loss with it.
    for (const tensor of besideTheLoss()) tf.keep(tensor);
    if (parts.length === 0) return tf.scalar(0);
    return parts.reduce((sum, part) => tf.add(sum, part)) as tf.Scalar;
  };
  const besideTheLoss = (): readonly Tensor[] => [
    ...Object.values(measures),
    ...Object.values(sight.measures),
    ...[...sight.buffers.values()].flatMap((values) => Object.values(values)),
  ];
  let taken: { value: Tensor; grads: readonly (Tensor | null)[] };
  try {
    taken = tf.engine().gradients(loss, names.map((name) => state.parameters.get(name)), undefined, true);
  } catch (error) {
    tf.dispose([...besideTheLoss()]);
    sight.release();
    clearTape();
    throw namingTheOperation(turn.name, error);
  }
  sight.release();
  const { value, grads } = taken;
  const byParameter = new Map<string, Tensor>();
  names.forEach((name, i) => {
    const gradient = grads[i] ?? null;
    if (gradient !== null) byParameter.set(name, gradient);
  });
  const moved = new Set([...byParameter.keys()].map((name) => name.split("/")[0]!));
  for (const [network, values] of sight.buffers) {
    if (!moved.has(network)) tf.dispose(Object.values(values));
  }
  return {
    turn,
    byParameter,
    measures: { [`loss/${turn.name}`]: value, ...measures, ...sight.measures },
    // Another player's statistics are not moved by a turn that does not move the player.
    buffers: new Map([...sight.buffers].filter(([network]) => moved.has(network))),
    drawn: Object.fromEntries([...sight.drawnSources].map((source) => [source, round.batchSize])),
  };
}

/** tfjs says which kernel has no gradient, but not what that means to who has put a layer or a term together. */
function namingTheOperation(turn: string, error: unknown): unknown {
  const kernel = /gradient function not found for ([^.\s]+)/.exec(error instanceof Error ? error.message : "")?.[1];
  if (kernel === undefined) return error;
  return new RangeError(
    `turn "${turn}": tfjs' operation ${kernel} has no gradient, so no loss can be trained through it; where it is itself a gradient (its ` +
      "name says so), a penalty on gradients or an unrolled player differentiates it twice: use another layer, or no such term",
    { cause: error },
  );
}

/** Disposes of what an abandoned tape has saved for its backward pass; tfjs does so only when that has run. */
function clearTape(): void {
  const { state } = tf.engine();
  if (state.gradientDepth > 0) return;
  for (const { saved = [] } of state.activeTape ?? []) tf.dispose([...saved]);
  state.activeTape = [];
}
