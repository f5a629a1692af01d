import type { Checkpoints, Snapshot } from "../../src/game/checkpoint.ts";
import type { RoundPlayed, TrainingEvent } from "../../src/game/event.ts";
import { memory } from "../../src/sources/memory.ts";
import type { Training } from "../../src/train.ts";
import { eventsOf } from "./eventsOf.ts";
import { tf } from "../../src/math/tensor.ts";
import { availableBackends, type BackendName } from "../backends/backendsUnderTest.ts";
import { assert, describe, it } from "../kit/kit.ts";

/** How a case is run. */
export interface CaseRun {
  readonly backend: BackendName;
  readonly rounds: number;
  readonly checkpoints: Checkpoints;
}

export interface PluginCase {
  readonly rounds: number;
  /** Rounds at which the run is stopped and begun anew, in a fresh run from the checkpoint. */
  readonly stops: readonly number[];
  /** A small game with the plugin in it. */
  train(run: CaseRun): Training;
  /** Backends it is left out on, each with a reason. */
  readonly exclude?: Partial<Record<BackendName, string>>;
}

/** The newest snapshot of a store. */
export async function snapshotIn(checkpoints: Checkpoints): Promise<Snapshot> {
  const store = await checkpoints.open(new AbortController().signal);
  try {
    const restored = await store.latest();
    assert.ok(restored, "the store holds no checkpoint");
    return restored.snapshot;
  } finally {
    await store.close();
  }
}

/** Asserts that two snapshots are the same, bit for bit; elapsed time aside. */
export function assertSameSnapshot(actual: Snapshot, expected: Snapshot): void {
  assert.equal(actual.round, expected.round);
  assert.deepEqual([...actual.tensors.keys()].sort(), [...expected.tensors.keys()].sort());
  const bytes = (values: Float32Array | Int32Array): Uint8Array => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  for (const [name, { shape, values }] of expected.tensors) {
    const other = actual.tensors.get(name)!;
    assert.deepEqual([...other.shape], [...shape], `${name}: shape`);
    assert.deepEqual(bytes(other.values), bytes(values), `${name} differs after resuming`);
  }
  const timeless = (snapshot: Snapshot): unknown => ({ ...(snapshot.state as object), elapsedMs: 0 });
  assert.deepEqual(timeless(actual), timeless(expected));
}

/** Rounds with their metrics; without those of the device, which a second run asks for other things. */
function playedIn(events: readonly TrainingEvent[]): readonly Pick<RoundPlayed, "round" | "metrics">[] {
  const trained = (metrics: RoundPlayed["metrics"]) => Object.fromEntries(Object.entries(metrics).filter(([name]) => !name.startsWith("device/")));
  return events.flatMap((event) => (event._tag === "RoundPlayed" ? [{ round: event.round, metrics: trained(event.metrics) }] : []));
}

/** What every plugin must do: one round in, one out; resumed equals uninterrupted; no tensor left behind. */
export async function describePlugin(name: string, plugin: PluginCase): Promise<void> {
  const { rounds, stops, train, exclude = {} } = plugin;
  for (const backend of await availableBackends()) {
    const reason = exclude[backend];
    describe(`${name} on ${backend}`, () => {
      it("resumes bit for bit where it stopped, and leaves no tensor behind", { skip: reason ?? false }, async () => {
        const whole = memory({ every: rounds });
        const before = tf.memory().numTensors;
        const uninterrupted = playedIn(await eventsOf(train({ backend, rounds, checkpoints: whole })));
        assert.equal(tf.memory().numTensors, before, "tensors are left behind");
        assert.deepEqual(uninterrupted.map(({ round }) => round), Array.from({ length: rounds }, (_, i) => i + 1));
        const expected = await snapshotIn(whole);
        const parts = memory({ every: rounds });
        const resumed: Pick<RoundPlayed, "round" | "metrics">[] = [];
        for (const until of [...stops, rounds]) {
          resumed.push(...playedIn(await eventsOf(train({ backend, rounds: until, checkpoints: parts }))));
        }
        assertSameSnapshot(await snapshotIn(parts), expected);
        assert.deepEqual(resumed, uninterrupted, "the metrics differ after resuming");
        assert.equal(tf.memory().numTensors, before, "tensors are left behind after resuming");
      });
    });
  }
}
