import { ownsParameter, type PlayerPlan } from "../game/player.ts";
import type { Standing } from "../game/standing.ts";
import type { Term } from "../game/term.ts";
import { scheduledAt } from "../math/schedules/schedule.ts";
import type { RunState } from "./runState.ts";

/** Where a player of a run stands now. The tensors stay the run's. */
export function standingOf(state: RunState, name: string, plan: PlayerPlan): Standing {
  const owned = [...state.parameters.entries()].filter(([parameter]) => ownsParameter(plan.owns, parameter));
  const places = owned.flatMap(([parameter]) => plan.optimizer.slots.map((slot) => `${parameter}/${slot}`));
  return {
    parameters: new Map(owned),
    slots: new Map(places.flatMap((place) => (state.slots.has(`${name}/${place}`) ? [[place, state.slots.get(`${name}/${place}`)]] : []))),
    steps: new Map(owned.flatMap(([parameter]) => {
      const step = state.steps.get(`${name}/${parameter}`);
      return step === undefined ? [] : [[parameter, step]];
    })),
  };
}

/** What a term counts in a round: what a command has set, else what it says. */
export function weightOf(state: RunState, { name, weight = 1 }: Term, index: number): number {
  return state.weights.get(name) ?? scheduledAt(weight, index);
}

/** A player's learning rate in a round: what a command has set, else what its optimizer says. */
export function rateOf(state: RunState, name: string, { optimizer }: PlayerPlan, index: number): number {
  return state.rates.get(name) ?? scheduledAt(optimizer.learningRate, index);
}
