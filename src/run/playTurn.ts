import type { Blueprint } from "../game/blueprint.ts";
import { ownsParameter } from "../game/player.ts";
import type { Round } from "../game/round.ts";
import type { Batch, MaybePromise } from "../game/source.ts";
import type { Turn } from "../game/turn.ts";
import { fold } from "../math/random/fold.ts";
import { scheduledAt } from "../math/schedules/schedule.ts";
import { tf, type Tensor } from "../math/tensor.ts";
import type { Network } from "../networks/network.ts";
import type { Drawing } from "./drawing.ts";
import { applyGradients } from "./applyGradients.ts";
import type { RunState } from "./runState.ts";
import { Sight, StillDrawing } from "./sight.ts";

/** What turns are played on. */
export interface Table {
  readonly blueprint: Blueprint;
  readonly networks: Readonly<Record<string, Network>>;
  readonly state: RunState;
  readonly drawing: Drawing;
}

/** One turn's gradients at the current point, with what moves beside the parameters. Inside the tidy that made them. */
export interface Gradients {
  readonly turn: Turn;
  readonly byParameter: ReadonlyMap<string, Tensor>;
  readonly measures: Readonly<Record<string, Tensor>>;
  readonly buffers: Sight["buffers"];
  readonly drawnSources: ReadonlySet<string>;
}

/**
 * Plays turns together: one repetition after the other, each one synchronous tidy in which all gradients are taken at
 * one point before any player moves. Returns the measures of the last repetition, kept; asynchronous only where a
 * source is.
 */
export function playTurns(table: Table, round: Round, turns: readonly Turn[]): MaybePromise<Readonly<Record<string, Tensor>>> {
  const due = turns.filter(({ every = 1 }) => round.index % every === 0);
  const repetitions = Math.max(0, ...due.map(({ times = 1 }) => Math.round(scheduledAt(times, round.index))));
  const measures: Record<string, Tensor> = {};
  const playFrom = (first: number): MaybePromise<Readonly<Record<string, Tensor>>> => {
    for (let repetition = first; repetition < repetitions; repetition++) {
      const answered = new Map<string, Batch>();
      const playing = playRepetition(table, round, due, repetition, answered, measures);
      if (playing !== undefined) return playing.then(() => playFrom(repetition + 1));
    }
    return measures;
  };
  return playFrom(0);
}

/** One repetition; a promise where it had to wait for a source, in which case it is begun again with the answer. */
function playRepetition(
  table: Table,
  round: Round,
  turns: readonly Turn[],
  repetition: number,
  answered: Map<string, Batch>,
  measures: Record<string, Tensor>,
): Promise<void> | undefined {
  try {
    tf.tidy(() => {
      const playing = turns.filter(({ times = 1 }) => repetition < Math.round(scheduledAt(times, round.index)));
      const all = playing.map((turn) => gradientsOf(table, round, turn, repetition, answered));
      for (const gradients of all) {
        applyGradients(table, round, gradients);
        for (const [name, value] of Object.entries(gradients.measures)) {
          measures[name]?.dispose();
          measures[name] = tf.keep(value);
        }
      }
      for (const source of new Set(all.flatMap(({ drawnSources }) => [...drawnSources]))) {
        table.drawing.positions[source]! += table.blueprint.batchSize;
      }
    });
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof StillDrawing)) throw thrown;
    const { source, answer } = thrown;
    return Promise.resolve(answer).then((batch) => {
      answered.set(source, batch);
      return playRepetition(table, round, turns, repetition, answered, measures);
    });
  }
}

/** The gradients of a turn's loss with respect to all its players own. A parameter the loss does not reach is left out. */
function gradientsOf(table: Table, round: Round, turn: Turn, repetition: number, answered: Map<string, Batch>): Gradients {
  const { blueprint, state } = table;
  const terms = round.terms.filter((term) => term.turn === turn.name);
  if (terms.length === 0) throw new RangeError(`turn "${turn.name}" has no term; terms belong to ${[...new Set(round.terms.map((term) => term.turn))].join(", ") || "no turn"}`);
  const owns = turn.players.flatMap((player) => blueprint.players[player]!.owns);
  const names = state.parameters.names().filter((name) => ownsParameter(owns, name));
  const key = fold(round.key, "turn", turn.name, repetition);
  const moving = new Set(owns.map((part) => part.split("/")[0]!));
  const sight = new Sight({ ...table, round, turn: turn.name, moving, repetition, key, answered });
  const measures: Record<string, Tensor> = {};
  const loss = (): tf.Scalar => {
    const parts = terms.flatMap((term): readonly Tensor[] => {
      const weight = state.weights.get(term.name) ?? scheduledAt(term.weight ?? 1, round.index);
      if (weight === 0) return [];
      const value = term.of(sight);
      if (value.size !== 1) throw new RangeError(`term "${term.name}": expected a scalar, got shape [${value.shape.join(", ")}]`);
      const scalar = tf.reshape(value, []);
      if (terms.length > 1) measures[`term/${term.name}`] = scalar;
      return [weight === 1 ? scalar : tf.mul(scalar, weight)];
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
    clearTape();
    throw error;
  }
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
    drawnSources: sight.drawnSources,
  };
}

/** Disposes of what an abandoned tape has saved for its backward pass; tfjs does so only when that has run. */
function clearTape(): void {
  const { state } = tf.engine();
  if (state.gradientDepth > 0) return;
  for (const { saved = [] } of state.activeTape ?? []) tf.dispose([...saved]);
  state.activeTape = [];
}
