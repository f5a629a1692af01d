import { ownsParameter } from "../game/player.ts";
import type { Round } from "../game/round.ts";
import { scheduledAt } from "../math/schedules/schedule.ts";
import { tf, type Tensor } from "../math/tensor.ts";
import type { Gradients } from "./gradientsOf.ts";
import type { Table } from "./playTurn.ts";

/** Moves a turn's players by their gradients, applies their constraints, and commits the buffers. Inside a tidy. */
export function applyGradients({ blueprint, state }: Table, round: Round, { turn, byParameter, buffers }: Gradients): void {
  for (const name of turn.players) {
    const { optimizer, owns, gradients = [], constraints = [] } = blueprint.players[name]!;
    const rate = state.rates.get(name) ?? scheduledAt(optimizer.learningRate, round.index);
    const own = new Map([...byParameter].filter(([parameter]) => ownsParameter(owns, parameter)));
    for (const [parameter, gradient] of gradients.reduce((all: ReadonlyMap<string, Tensor>, transform) => transform.apply(all), own)) {
      const id = `${name}/${parameter}`;
      const step = (state.steps.get(id) ?? 0) + 1;
      const before = state.parameters.get(parameter);
      const slots: Record<string, Tensor> = {};
      for (const slot of optimizer.slots) {
        slots[slot] = state.slots.has(`${id}/${slot}`) ? state.slots.get(`${id}/${slot}`) : tf.zerosLike(before);
      }
      const moved = optimizer.update({ parameter: before, gradient, slots, step, rate });
      const constrained = constraints.reduce((value, constraint) => constraint.apply(value, parameter), moved.parameter);
      state.parameters.set(parameter, constrained);
      for (const slot of optimizer.slots) state.slots.set(`${id}/${slot}`, moved.slots[slot]!);
      state.steps.set(id, step);
    }
  }
  for (const [network, values] of buffers) {
    for (const [name, value] of Object.entries(values)) state.buffers.set(`${network}/${name}`, value);
  }
}
