import { ownsParameter } from "../game/player.ts";
import type { Round } from "../game/round.ts";
import { tf, type Tensors } from "../math/tensor.ts";
import type { Gradients } from "./gradientsOf.ts";
import type { Table } from "./playTurn.ts";

/** What the players of a turn have watched in its gradients, before anyone moves. Inside a tidy. */
export function watchedIn({ blueprint }: Table, round: Round, { turn, byParameter }: Gradients): Tensors {
  return Object.fromEntries(
    turn.players.flatMap((player) => {
      const { owns, watches = [] } = blueprint.players[player]!;
      const due = watches.filter(({ every }) => (round.index + 1) % every === 0);
      if (due.length === 0) return [];
      const own = new Map([...byParameter].filter(([parameter]) => ownsParameter(owns, parameter)));
      return own.size === 0 ? [] : due.map((watch) => [watch.name, tf.reshape(watch.of(own), [])] as const);
    }),
  );
}
