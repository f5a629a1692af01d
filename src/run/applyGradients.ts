import { ownsParameter } from "../game/player.ts";
import type { Round } from "../game/round.ts";
import { movedBy } from "../game/standing.ts";
import type { Gradients } from "./gradientsOf.ts";
import type { Table } from "./playTurn.ts";
import { rateOf, standingOf } from "./standingOf.ts";

/** Moves a turn's players by their gradients and commits the buffers. Inside a tidy. */
export function applyGradients({ blueprint, state }: Table, round: Round, { turn, byParameter, buffers }: Gradients): void {
  for (const name of turn.players) {
    const plan = blueprint.players[name]!;
    const own = new Map([...byParameter].filter(([parameter]) => ownsParameter(plan.owns, parameter)));
    const after = movedBy(own, plan, standingOf(state, name, plan), rateOf(state, name, plan, round.index));
    for (const parameter of own.keys()) {
      const id = `${name}/${parameter}`;
      state.parameters.set(parameter, after.parameters.get(parameter)!);
      for (const slot of plan.optimizer.slots) state.slots.set(`${id}/${slot}`, after.slots.get(`${parameter}/${slot}`)!);
      state.steps.set(id, after.steps.get(parameter)!);
    }
  }
  for (const [network, values] of buffers) {
    for (const [name, value] of Object.entries(values)) state.buffers.set(`${network}/${name}`, value);
  }
}
