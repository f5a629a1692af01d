import type { Blueprint } from "../game/blueprint.ts";
import type { Round } from "../game/round.ts";
import type { Batch, MaybePromise } from "../game/source.ts";
import type { Turn } from "../game/turn.ts";
import { scheduledAt } from "../math/schedules/schedule.ts";
import { tf, type Tensor, type Tensors } from "../math/tensor.ts";
import type { Network } from "../networks/network.ts";
import type { Drawing } from "./drawing.ts";
import { applyGradients } from "./applyGradients.ts";
import { gradientsOf, type Repetition } from "./gradientsOf.ts";
import { watchedIn } from "./watchedIn.ts";
import type { RunState } from "./runState.ts";
import { StillDrawing } from "./sight.ts";

/** What turns are played on. */
export interface Table {
  readonly blueprint: Blueprint;
  readonly networks: Readonly<Record<string, Network>>;
  readonly state: RunState;
  readonly drawing: Drawing;
}

/**
 * Plays turns together: one repetition after the other, each one synchronous tidy in which all gradients are taken at
 * one point before any player moves, on the same batches and the same generated samples. Returns the measures of the last repetition, kept; asynchronous only where a
 * source is.
 */
export function playTurns(table: Table, round: Round, turns: readonly Turn[]): MaybePromise<Readonly<Record<string, Tensor>>> {
  const due = turns.filter(({ every = 1 }) => round.index % every === 0);
  const repetitions = Math.max(0, ...due.map(({ times = 1 }) => Math.round(scheduledAt(times, round.index))));
  const measures: Record<string, Tensor> = {};
  const playFrom = (first: number): MaybePromise<Readonly<Record<string, Tensor>>> => {
    for (let repetition = first; repetition < repetitions; repetition++) {
      const playing = playRepetition(table, round, due, { index: repetition, answered: new Map<string, Batch>() }, measures);
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
  { index, answered }: Repetition,
  measures: Record<string, Tensor>,
): Promise<void> | undefined {
  const generated = new Map<string, Tensors>();
  try {
    tf.tidy(() => {
      const playing = turns.filter(({ times = 1 }) => index < Math.round(scheduledAt(times, round.index)));
      const repetition: Repetition = { index, answered, ...(playing.length > 1 ? { generated } : {}) };
      const all = generatingFirst(table.blueprint, playing).map((turn) => gradientsOf(table, round, turn, repetition));
      for (const gradients of all) {
        const watched = watchedIn(table, round, gradients);
        applyGradients(table, round, gradients);
        for (const [name, value] of Object.entries({ ...gradients.measures, ...watched })) {
          measures[name]?.dispose();
          measures[name] = tf.keep(value);
        }
      }
      for (const source of Object.keys(table.drawing.positions)) {
        table.drawing.positions[source]! += Math.max(0, ...all.map(({ drawn }) => drawn[source] ?? 0));
      }
    });
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof StillDrawing)) throw thrown;
    const { place, answer } = thrown;
    return Promise.resolve(answer).then((batch) => {
      answered.set(place, batch);
      return playRepetition(table, round, turns, { index, answered }, measures);
    });
  } finally {
    for (const heads of generated.values()) tf.dispose({ ...heads });
  }
}

/** The turns that move a network that generates, which make its samples for the others, before those. */
function generatingFirst({ players, latents }: Blueprint, turns: readonly Turn[]): readonly Turn[] {
  const generates = (turn: Turn): boolean => turn.players.some((player) => players[player]!.owns.some((part) => latents[part.split("/")[0]!] !== undefined));
  return [...turns.filter(generates), ...turns.filter((turn) => !generates(turn))];
}
