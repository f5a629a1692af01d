import type { Json } from "../../src/configuration/spec.ts";
import type { Best, Checkpoints, OpenCheckpoints } from "../../src/game/checkpoint.ts";
import { assert, describe, it } from "../kit/kit.ts";
import { assertSame, snapshotOf } from "../services/snapshots.ts";

export interface StoreOptions {
  readonly every: number;
  readonly keep?: number;
  readonly best?: Best;
  readonly allowChanges?: boolean;
}

const never = new AbortController().signal;

/**
 * What every checkpoint store must do, whatever it keeps its checkpoints in.
 *
 * @param make A new, empty store; called again with other options for the same `place` it answers a store of the same checkpoints.
 */
export function describeStore(name: string, make: (place: string, options: StoreOptions) => Checkpoints): void {
  let places = 0;
  const somewhere = (): string => `place${++places}`;

  /** Opens a store, hands it over and closes it, whatever happens. */
  async function within<A>(checkpoints: Checkpoints, use: (store: OpenCheckpoints) => Promise<A>): Promise<A> {
    const store = await checkpoints.open(never);
    try {
      return await use(store);
    } finally {
      await store.close();
    }
  }
  const saveAll = (checkpoints: Checkpoints, rounds: readonly number[]): Promise<void> =>
    within(checkpoints, async (store) => {
      for (const round of rounds) await store.save(snapshotOf(round));
    });
  const latestRound = (checkpoints: Checkpoints): Promise<number | undefined> =>
    within(checkpoints, async (store) => (await store.latest())?.snapshot.round);

  describe(`${name} as a checkpoint store`, () => {
    it("answers nothing where nothing was saved", async () => {
      await within(make(somewhere(), { every: 1 }), async (store) => {
        assert.equal(await store.latest(), undefined);
        await assert.rejects(store.named("round-000001"), { _tag: "CheckpointFailed", reason: "missing", message: /there are none/ });
      });
    });

    it("gives a snapshot back to the bit, to the run that saved it and to the next", async () => {
      const checkpoints = make(somewhere(), { every: 1 });
      await within(checkpoints, async (store) => {
        const report = await store.save(snapshotOf(7));
        assert.deepEqual(report.warnings, []);
        assert.ok(report.bytes > 0 && report.origin.includes("round-000007"), JSON.stringify(report));
        const restored = await store.latest();
        assertSame(restored?.snapshot, snapshotOf(7));
        assert.deepEqual([restored!.origin, restored!.warnings], [report.origin, []]);
      });
      await within(checkpoints, async (store) => assertSame((await store.latest())?.snapshot, snapshotOf(7)));
    });

    it("answers the newest, and every kept one by name", async () => {
      await within(make(somewhere(), { every: 1, keep: 3 }), async (store) => {
        for (const round of [0, 500, 1_234_567]) await store.save(snapshotOf(round));
        assert.equal((await store.latest())?.snapshot.round, 1_234_567);
        for (const [named, round] of [["round-000000", 0], ["round-000500", 500], ["round-1234567", 1_234_567]] as const) {
          assertSame((await store.named(named)).snapshot, snapshotOf(round));
        }
        for (const unknown of ["round-500", "best", "latest", "../round-000500", ""]) {
          await assert.rejects(store.named(unknown), { reason: "missing", message: /there are round-000000, round-000500, round-1234567/ });
        }
      });
    });

    it("answers what was saved last, also after going back", async () => {
      const checkpoints = make(somewhere(), { every: 1, keep: 9 });
      await saveAll(checkpoints, [1, 2, 3, 2]);
      assert.equal(await latestRound(checkpoints), 2);
    });

    it("keeps as many as it was told to", async () => {
      const place = somewhere();
      await saveAll(make(place, { every: 1, keep: 2 }), [1, 2, 3, 4]);
      await within(make(place, { every: 1, keep: 2 }), async (store) => {
        assert.equal((await store.named("round-000003")).snapshot.round, 3);
        await assert.rejects(store.named("round-000002"), { reason: "missing", message: /there are round-000003, round-000004$/ });
      });
    });

    it("replaces a round that is saved again", async () => {
      const checkpoints = make(somewhere(), { every: 1, keep: 2 });
      await within(checkpoints, async (store) => {
        await store.save(snapshotOf(1));
        const again = snapshotOf(1, {
          state: { again: true },
          tensors: new Map([["w", { shape: [1], dtype: "float32", values: Float32Array.of(9) }]]),
        });
        await store.save(again);
        await store.save(again);
        assertSame((await store.latest())?.snapshot, again);
      });
    });

    for (const [mode, best] of [["min", 2], ["max", 3]] as const) {
      it(`keeps the ${mode} of a metric under the name best, long after its round`, async () => {
        const values = [3, 1, 7, 5, 4, 7, 1];
        const checkpoints = make(somewhere(), { every: 1, keep: 1, best: { metric: "fid", mode } });
        for (const [index, fid] of values.entries()) {
          // One run per save: what is best is known from the store alone.
          await within(checkpoints, async (store) => void (await store.save(snapshotOf(index + 1, { metrics: { fid } }))));
        }
        await within(checkpoints, async (store) => {
          assertSame((await store.named("best")).snapshot, snapshotOf(best, { metrics: { fid: values[best - 1]! } }));
          assert.equal((await store.latest())?.snapshot.round, values.length);
        });
      });
    }

    it("takes no checkpoint for the best that lacks the metric, and says so while none has it", async () => {
      await within(make(somewhere(), { every: 1, best: { metric: "fid", mode: "min" } }), async (store) => {
        const { warnings } = await store.save(snapshotOf(1));
        assert.match(warnings.join(), /no checkpoint .* has the metric "fid"; this one has loss\/generator/);
        await assert.rejects(store.named("best"), { reason: "missing" });
        await store.save(snapshotOf(2, { metrics: { fid: 3 } }));
        assert.deepEqual((await store.save(snapshotOf(3))).warnings, []);
        assert.equal((await store.named("best")).snapshot.round, 2);
      });
    });

    it("is used by one run at a time", async () => {
      const checkpoints = make(somewhere(), { every: 1 });
      const store = await checkpoints.open(never);
      await assert.rejects(checkpoints.open(never), {
        _tag: "CheckpointFailed",
        reason: "locked",
        message: /another run of this process \(pid \d+\)/,
      });
      await store.save(snapshotOf(1));
      await store.close();
      assert.equal(await latestRound(checkpoints), 1);
    });

    it("does nothing after it was closed, and closes twice", async () => {
      const checkpoints = make(somewhere(), { every: 1 });
      const store = await checkpoints.open(never);
      await store.close();
      await store.close();
      await within(checkpoints, async () => {
        await assert.rejects(store.save(snapshotOf(1)), { _tag: "CheckpointFailed", reason: "write", message: /closed/ });
        await assert.rejects(store.latest(), { _tag: "CheckpointFailed", reason: "read", message: /closed/ });
      });
      assert.equal(await latestRound(checkpoints), undefined);
    });

    it("waits at closing for a save that is under way", async () => {
      const checkpoints = make(somewhere(), { every: 1 });
      const store = await checkpoints.open(never);
      const [report] = await Promise.all([store.save(snapshotOf(5)), store.close()]);
      assert.ok(report.bytes > 0);
      assert.equal(await latestRound(checkpoints), 5);
    });

    it("does one thing at a time where it is asked for several", async () => {
      await within(make(somewhere(), { every: 1, keep: 1 }), async (store) => {
        const rounds = [1, 2, 3, 4, 5];
        const [, , , , , restored] = await Promise.all([...rounds.map((round) => store.save(snapshotOf(round))), store.latest()]);
        assert.equal((restored as { snapshot: { round: number } }).snapshot.round, 5);
      });
    });

    it("holds nothing of the caller's, who may use the arrays again", async () => {
      await within(make(somewhere(), { every: 1 }), async (store) => {
        const snapshot = snapshotOf(3);
        await store.save(snapshot);
        for (const { values } of snapshot.tensors.values()) values.fill(99);
        const first = await store.latest();
        for (const { values } of first!.snapshot.tensors.values()) values.fill(77);
        assertSame((await store.latest())?.snapshot, snapshotOf(3));
      });
    });

    const lost: readonly (readonly [string, unknown, RegExp])[] = [
      ["NaN", { carry: { ema: [1, NaN] } }, /^state\.carry\.ema\[1\]: expected JSON that reads back the same, got NaN/],
      ["an infinity", { rate: -Infinity }, /^state\.rate: .* got -Infinity/],
      ["undefined", { a: { b: undefined } }, /^state\.a\.b: .* got undefined/],
      ["a typed array", { kernel: Float32Array.of(1) }, /^state\.kernel: .* got Float32Array/],
      ["a date", { at: new Date(0) }, /^state\.at: .* got Date/],
    ];
    for (const [what, state, message] of lost) {
      it(`refuses a state that JSON would lose ${what} of, and saves nothing`, async () => {
        await within(make(somewhere(), { every: 1 }), async (store) => {
          await store.save(snapshotOf(1));
          await assert.rejects(store.save(snapshotOf(2, { state: state as Json })), { _tag: "CheckpointFailed", reason: "write", message });
          assertSame((await store.latest())?.snapshot, snapshotOf(1));
        });
      });
    }

    it("refuses NaN metrics, rounds that are no counts, and values that do not fit their shape", async () => {
      await within(make(somewhere(), { every: 1 }), async (store) => {
        await assert.rejects(store.save(snapshotOf(2, { metrics: { "loss/generator": NaN } })), {
          reason: "write",
          message: /^metrics\.loss\/generator: /,
        });
        await assert.rejects(store.save(snapshotOf(2.5)), { reason: "write", message: /"round"/ });
        await assert.rejects(store.save(snapshotOf(-1)), { reason: "write", message: /"round"/ });
        const tensors = new Map([["w", { shape: [3], dtype: "float32" as const, values: new Float32Array(2) }]]);
        await assert.rejects(store.save(snapshotOf(2, { tensors })), { reason: "write", message: /"w".*shape \[3\].*got 2/ });
        assert.equal(await store.latest(), undefined);
      });
    });

    it("opens nothing for a run that has been called off, and leaves no lock", async () => {
      const checkpoints = make(somewhere(), { every: 1 });
      const early = new AbortController();
      early.abort(new Error("called off"));
      await assert.rejects(checkpoints.open(early.signal), /called off/);
      for (let turns = 0; turns < 60; turns += 3) {
        const late = new AbortController();
        const opening = checkpoints.open(late.signal);
        for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
        late.abort(new Error("called off"));
        // It may have been open already; then it is the caller's to close.
        const outcome = await opening.then((store) => store.close(), String);
        assert.match(outcome ?? "called off", /called off/);
      }
      assert.equal(await latestRound(checkpoints), undefined);
    });

    it("says how often to save, and hands on allowChanges", () => {
      const { every, allowChanges } = make(somewhere(), { every: 25, allowChanges: true });
      assert.deepEqual([every, allowChanges], [25, true]);
    });

    it("names every wrong option at once", () => {
      const wrong = { every: 0, keep: 0, best: { metric: "", mode: "least" }, evry: 1 } as unknown as StoreOptions;
      assert.throws(() => make(somewhere(), wrong), {
        _tag: "ConfigurationError",
        message:
          /evry: unknown option; did you mean "every".*every: expected an integer > 0, got 0.*keep: .*best\.metric: .*best\.mode: expected one of "min", "max"/s,
      });
    });
  });
}
