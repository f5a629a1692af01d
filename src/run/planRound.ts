import type { Blueprint } from "../game/blueprint.ts";
import type { Game } from "../game/game.ts";
import type { Round, Run } from "../game/round.ts";
import type { MaybePromise } from "../game/source.ts";
import type { Turn } from "../game/turn.ts";
import { fold } from "../math/random/fold.ts";
import type { Tensor } from "../math/tensor.ts";
import { isPromise } from "./drawing.ts";
import { playTurns, type Table } from "./playTurn.ts";
import { sampleNetwork } from "./sampling.ts";
import type { Loop } from "./trainingRun.ts";

export interface Planning extends Loop {
  readonly blueprint: Blueprint;
  readonly game: Game;
  readonly requests: readonly string[];
  /** The round as it has come so far: outside the turns, networks see its settings. */
  passing(): Round | undefined;
  /** Filled with the measures of the turns as they are played. */
  readonly measured: Record<string, Tensor>;
}

/** The next round, before any operator has seen it. Players whose plan says so have forgotten by now. */
export function planRound(planning: Planning): Round {
  const { blueprint, game, state, key, requests, open, drawing, measured } = planning;
  for (const [name, { forgetsAt = [] }] of Object.entries(blueprint.players)) if (forgetsAt.includes(state.round)) state.forget(name);
  const table: Table = { blueprint, networks: open.networks, state, drawing };
  const run = runOf(planning);
  return {
    index: state.round,
    isLast: state.round === game.rounds - 1,
    key: fold(key, "round", state.round),
    terms: blueprint.terms,
    views: blueprint.views,
    settings: blueprint.settings,
    batchSize: blueprint.batchSize,
    measures: {},
    previous: state.previous,
    carry: state.carry,
    requests,
    run,
    play(...names) {
      return playNamed(table, this, names, measured);
    },
  };
}

function playNamed(table: Table, round: Round, names: readonly string[], measured: Record<string, Tensor>): MaybePromise<Round> {
  const turns = names.map((name) => {
    const turn = table.blueprint.turns.find((candidate) => candidate.name === name);
    if (turn === undefined) throw new RangeError(`no turn is named "${name}"; there are ${table.blueprint.turns.map((each) => each.name).join(", ")}`);
    return turn;
  });
  const followersOf = (name: string): readonly Turn[] =>
    table.blueprint.turns.filter((turn) => turn.after === name).flatMap((turn) => [turn, ...followersOf(turn.name)]);
  const groups: readonly (readonly Turn[])[] = [turns, ...names.flatMap(followersOf).map((turn) => [turn])];
  const playFrom = (first: number, current: Round): MaybePromise<Round> => {
    for (let i = first; i < groups.length; i++) {
      const playing = playTurns(table, current, groups[i]!);
      const taken = (measures: Readonly<Record<string, Tensor>>): Round => {
        for (const [name, value] of Object.entries(measures)) {
          measured[name]?.dispose();
          measured[name] = value;
        }
        return { ...current, measures: { ...current.measures, ...measures } };
      };
      if (isPromise(playing)) return playing.then((measures) => playFrom(i + 1, taken(measures)));
      current = taken(playing);
    }
    return current;
  };
  return playFrom(0, round);
}

/** What operators may ask of the run. */
function runOf({ blueprint, game, open, state, drawing, ledger, key, passing, device }: Planning): Run {
  const network = (name: string) => {
    const found = open.networks[name];
    if (found === undefined) throw new RangeError(`no network is named "${name}"; there are ${Object.keys(open.networks).join(", ")}`);
    return found;
  };
  const forward: Run["forward"] = (name, record, { parameters, buffers, isTraining = false } = {}) =>
    network(name).apply(parameters ?? state.parameters.under(name), buffers ?? state.buffers.under(name), record, {
      isTraining,
      key: fold(key, "observed", name, state.round),
      settings: passing()?.settings ?? blueprint.settings,
    });
  return {
    rounds: game.rounds,
    batchSize: blueprint.batchSize,
    networks: Object.keys(open.networks),
    latents: (name) => blueprint.latents[name] ?? [],
    field: (name) => open.fields[name],
    parameters: (name) => state.parameters.under(network(name).name),
    buffers: (name) => state.buffers.under(network(name).name),
    forward,
    sample: (name, count, { parameters, buffers, ...where } = {}) => {
      const values = { ...(parameters === undefined ? {} : { parameters }), ...(buffers === undefined ? {} : { buffers }) };
      return sampleNetwork({ blueprint, drawing, fields: open.fields, key, forward: (record) => forward(name, record, values) }, name, count, where);
    },
    draw: (source, count, { stream = "evaluation", position = 0 } = {}) => drawing.draw(source, count, stream, position),
    upload: (source, batch) => drawing.upload(source, batch),
    device() {
      const { tensors, bytes, gpuBytes } = device.memory();
      return { ...device.work(), tensorsHeld: tensors, bytesHeld: bytes, gpuBytes };
    },
    measure: (name, value) => ledger.measure(name, value),
    emit: (event) => ledger.follow(event),
  };
}
