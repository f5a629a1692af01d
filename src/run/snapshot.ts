import type { Json } from "../configuration/spec.ts";
import type { SavedTensor, Snapshot } from "../game/checkpoint.ts";
import { CheckpointFailed, NotFinite } from "../game/failure.ts";
import type { Carry } from "../game/round.ts";
import { tf, type Tensor, type Tensors } from "../math/tensor.ts";
import { joinTree, splitTree, tensorsOf } from "./carry.ts";
import { readTogether } from "./readTogether.ts";
import type { RunState } from "./runState.ts";

/** The JSON half of a run's state. */
interface SavedState {
  readonly positions: Readonly<Record<string, number>>;
  readonly steps: Readonly<Record<string, number>>;
  readonly rates: Readonly<Record<string, number>>;
  readonly weights: Readonly<Record<string, number>>;
  readonly carry: { readonly [name: string]: Json };
  /** Of the last round: how a network that depends on them was played. */
  readonly settings: Readonly<Record<string, number>>;
  readonly elapsedMs: number;
}

/** Names every tensor of a run's state: `parameters/…`, `buffers/…`, `slots/…`, `carry/…`, `previous/…`. */
function tensorsOfState(state: RunState): readonly (readonly [string, Tensor])[] {
  const named = (prefix: string, entries: Iterable<readonly [string, Tensor]>): readonly (readonly [string, Tensor])[] =>
    [...entries].map(([name, tensor]) => [`${prefix}/${name}`, tensor]);
  return [
    ...named("parameters", state.parameters.entries()),
    ...named("buffers", state.buffers.entries()),
    ...named("slots", state.slots.entries()),
    ...named("carry", tensorsOf(state.carry)),
    ...named("previous", Object.entries(state.previous)),
  ];
}

/** Reads a run's state off the device. @throws NotFinite where a parameter or buffer is not */
export async function takeSnapshot(
  state: RunState,
  positions: Readonly<Record<string, number>>,
  elapsedMs: number,
  about: Pick<Snapshot, "configuration" | "provenance" | "metrics">,
): Promise<Snapshot> {
  const named = tensorsOfState(state);
  for (const [name, { dtype }] of named) {
    if (dtype === "float32" || dtype === "int32") continue;
    throw new CheckpointFailed("write", `${name}: expected a float32 or int32 tensor, got ${dtype}; cast it before it enters the carry`);
  }
  const read = await readTogether(named.map(([, tensor]) => tensor));
  const tensors = new Map<string, SavedTensor>();
  for (const [i, [name, { shape, dtype }]] of named.entries()) {
    const values = read[i]!;
    if (name.startsWith("parameters/") || name.startsWith("buffers/")) {
      const bad = values.find((value) => !Number.isFinite(value));
      if (bad !== undefined) throw new NotFinite(state.round, name, bad);
    }
    tensors.set(name, { shape: [...shape], dtype: dtype as SavedTensor["dtype"], values });
  }
  const saved: SavedState = {
    positions: { ...positions },
    steps: Object.fromEntries(state.steps),
    rates: Object.fromEntries(state.rates),
    weights: Object.fromEntries(state.weights),
    carry: splitTree(state.carry) as SavedState["carry"],
    settings: { ...state.settings },
    elapsedMs,
  };
  return { round: state.round, tensors, state: saved as unknown as Json, ...about };
}

/**
 * Puts a snapshot into a run's state, whose parameters and buffers must be initialised: what the snapshot lacks keeps
 * its initial value where `allowChanges`, and is an error otherwise.
 *
 * @throws CheckpointFailed with reason `mismatch`
 */
export function restoreSnapshot(state: RunState, positions: Record<string, number>, snapshot: Snapshot, allowChanges: boolean): { elapsedMs: number } {
  const saved = snapshot.state as unknown as SavedState;
  const make = (name: string): Tensor => {
    const { shape, dtype, values } = snapshot.tensors.get(name)!;
    return tf.tensor(values, [...shape], dtype);
  };
  for (const [prefix, kept] of [["parameters", state.parameters], ["buffers", state.buffers]] as const) {
    for (const name of kept.names()) {
      const full = `${prefix}/${name}`;
      const found = snapshot.tensors.get(full);
      const wanted = kept.get(name).shape;
      if (found !== undefined && found.shape.join() === wanted.join()) kept.set(name, make(full));
      else if (!allowChanges) {
        throw new CheckpointFailed("mismatch", `${full}: the run has shape [${wanted.join(", ")}], the checkpoint ${found === undefined ? "has none" : `[${found.shape.join(", ")}]`}`);
      }
    }
  }
  for (const name of snapshot.tensors.keys()) {
    if (!name.startsWith("slots/")) continue;
    const owner = name.slice("slots/".length).split("/");
    const parameter = owner.slice(1, -1).join("/");
    const fits = state.parameters.has(parameter) && state.parameters.get(parameter).shape.join() === snapshot.tensors.get(name)!.shape.join();
    if (fits) state.slots.set(owner.join("/"), make(name));
  }
  for (const [id, step] of Object.entries(saved.steps)) {
    if (state.parameters.has(id.slice(id.indexOf("/") + 1))) state.steps.set(id, step);
  }
  for (const [name, rate] of Object.entries(saved.rates)) state.rates.set(name, rate);
  for (const [name, weight] of Object.entries(saved.weights)) state.weights.set(name, weight);
  for (const source of Object.keys(positions)) positions[source] = saved.positions[source] ?? 0;
  state.carry = joinTree(saved.carry, (path) => tf.keep(make(`carry/${path}`))) as Carry;
  const previous: Record<string, Tensor> = {};
  for (const name of snapshot.tensors.keys()) {
    if (name.startsWith("previous/")) previous[name.slice("previous/".length)] = tf.keep(make(name));
  }
  state.previous = previous as Tensors;
  state.settings = saved.settings ?? {};
  state.round = snapshot.round;
  return { elapsedMs: saved.elapsedMs };
}
