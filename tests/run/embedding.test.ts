import { concat, concatMap, filter, lastValueFrom, map, merge, range, retry, share, Subject, take, takeUntil, toArray } from "rxjs";
import type { TrainingEvent } from "../../src/game/event.ts";
import { definePlugin } from "../../src/game/plugin.ts";
import { tf } from "../../src/math/tensor.ts";
import { memory } from "../../src/sources/memory.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { train$, type Training } from "../../src/train.ts";
import { describeOnEachBackend } from "../backends/backendsUnderTest.ts";
import { assertSameSnapshot, snapshotIn } from "../contracts/describePlugin.ts";
import { eventsOf } from "../contracts/eventsOf.ts";
import { ringGame } from "../grammar/ringGame.ts";
import { assert, describe, it } from "../kit/kit.ts";

type More = Partial<Parameters<typeof ringGame>[0]> & { readonly seed?: number };

function ring(rounds: number, more: More = {}): Training {
  return train$({ ...ringGame({ rounds, backend: "cpu" }), readEvery: 1, ...more }, discriminatorStep(), generatorStep());
}

const roundOf = (event: TrainingEvent): number => event.round;
const isPlayed = (event: TrainingEvent): boolean => event._tag === "RoundPlayed";

describe("a run in a larger pipeline", () => {
  it("is cold: nothing happens before a subscription, and each subscription is a run", async () => {
    const run = ring(2);
    const [first, second] = await Promise.all([eventsOf(run), eventsOf(run)]);
    assert.equal(first.filter(isPlayed).length, 2);
    assert.equal(second.filter(isPlayed).length, 2);
  });

  it("two runs on one device at once each play as if alone", async () => {
    const stores = [1, 2].map(() => memory({ every: 100 }));
    const [a, b] = stores as [(typeof stores)[0], (typeof stores)[0]];
    await lastValueFrom(merge(ring(5, { seed: 1, checkpoints: a }), ring(5, { seed: 2, checkpoints: b })));
    const alone = memory({ every: 100 });
    const run = ring(5, { seed: 2, checkpoints: alone });
    await eventsOf(run);
    assertSameSnapshot(await snapshotIn(b), await snapshotIn(alone));
  });

  it("runs are chained with concatMap", async () => {
    const rounds = await lastValueFrom(range(1, 3).pipe(concatMap((seed) => ring(2, { seed })), filter(isPlayed), map(roundOf), toArray()));
    assert.deepEqual(rounds, [1, 2, 1, 2, 1, 2]);
  });

  it("plays exactly as many rounds as are taken, and is stopped by the pipeline around it", async () => {
    const before = tf.memory().numTensors;
    let played = 0;
    const counting = definePlugin("counting", (round$) => round$.pipe(map((round) => (played++, round))));
    const run = train$({ ...ringGame({ rounds: 1000, backend: "cpu" }), readEvery: 1 }, counting, discriminatorStep(), generatorStep());
    await lastValueFrom(run.pipe(filter(isPlayed), take(3)));
    await run.closed;
    assert.equal(played, 3);
    const enough$ = new Subject<void>();
    const stopped = ring(100_000);
    setTimeout(() => enough$.next(), 60);
    const events = await lastValueFrom(concat(stopped.pipe(takeUntil(enough$))).pipe(toArray()));
    await stopped.closed;
    assert.ok(events.length > 0 && events.length < 100_000);
    assert.equal(tf.memory().numTensors, before);
  });

  it("a run unsubscribed before its first macrotask opens nothing", async () => {
    const seen: TrainingEvent[] = [];
    const run = ring(5);
    run.subscribe((event) => seen.push(event)).unsubscribe();
    await run.closed;
    assert.deepEqual(seen, []);
  });

  it("is shared by three subscribers as one run", async () => {
    const run = ring(4);
    const shared$ = run.pipe(share());
    const lists = await Promise.all([1, 2, 3].map(() => lastValueFrom(shared$.pipe(toArray()))));
    assert.deepEqual(lists[1], lists[0]);
    assert.deepEqual(lists[2], lists[0]);
    assert.equal(lists[0]!.filter(isPlayed).length, 4);
  });

  it("lets timers fire while it plays without a pause", async () => {
    let fired = 0;
    const timer = setInterval(() => fired++, 5);
    const run = ring(60);
    await eventsOf(run);
    clearInterval(timer);
    assert.ok(fired >= 3, `${fired} timers fired`);
  });

  it("a stranger's throwing subscriber harms neither the run nor the others", async () => {
    const errors: unknown[] = [];
    const onError = (error: unknown): void => void errors.push(error);
    const shared$ = ring(3).pipe(share());
    const { config } = await import("rxjs");
    config.onUnhandledError = onError;
    try {
      const list = lastValueFrom(shared$.pipe(toArray()));
      shared$.subscribe(() => {
        throw new Error("a bad dashboard");
      });
      assert.equal((await list).filter(isPlayed).length, 3);
      await new Promise((resolve) => setTimeout(resolve, 5));
      assert.ok(errors.length > 0);
    } finally {
      config.onUnhandledError = null;
    }
  });
});

describe("a run as an async iterator", () => {
  it("gives every event in order and is held back by a slow body", async () => {
    const rounds: number[] = [];
    let played = 0;
    const counting = definePlugin("counting", (round$) => round$.pipe(map((round) => (played++, round))));
    const run = train$({ ...ringGame({ rounds: 300, backend: "cpu" }), readEvery: 1 }, counting, discriminatorStep(), generatorStep());
    let ahead = 0;
    for await (const event of run) {
      if (event._tag !== "RoundPlayed") continue;
      rounds.push(event.round);
      if (event.round === 1) await new Promise((resolve) => setTimeout(resolve, 400));
      ahead = Math.max(ahead, played - event.round);
    }
    assert.deepEqual(rounds, Array.from({ length: 300 }, (_, i) => i + 1));
    assert.ok(ahead <= 80, `${ahead} rounds ahead of the reader`);
  });

  it("ends the run where the loop is left, and releases everything", async () => {
    const before = tf.memory().numTensors;
    for await (const event of ring(100_000)) if (event.round >= 3) break;
    assert.equal(tf.memory().numTensors, before);
  });

  it("throws the run's failure", async () => {
    const broken = definePlugin("broken", (round$) => round$.pipe(map((round) => { if (round.index === 2) throw new Error("no"); return round; })));
    const rounds: number[] = [];
    await assert.rejects(async () => {
      for await (const event of train$({ ...ringGame({ rounds: 9, backend: "cpu" }), readEvery: 5 }, discriminatorStep(), generatorStep(), broken)) rounds.push(event.round);
    }, /broken: round 2: no/);
    assert.deepEqual(rounds, [0, 1, 2], "what was played before the failure is still told");
  });
});

await describeOnEachBackend("a lost device", (backend) => {
  // Only WebGPU has a device to lose.
  if (backend !== "webgpu") return;
  const destroy = (): void => (tf.backend() as unknown as { device: GPUDevice }).device.destroy();

  it("ends a run that waits for what it will never read", async () => {
    const checkpoints = memory({ every: 2 });
    const losing = definePlugin("losing", (round$) => round$.pipe(map((round) => { if (round.index === 3) destroy(); return round; })));
    const run = train$({ ...ringGame({ rounds: 8, backend, checkpoints }), readEvery: 1 }, discriminatorStep(), generatorStep(), losing);
    await assert.rejects(eventsOf(run), (error) => (error as { _tag?: string })._tag === "DeviceFailed");
    assert.equal((await snapshotIn(checkpoints)).round, 2);
  });

  it("ends the run with its last checkpoint safe, and retry() goes on from there", async () => {
    const checkpoints = memory({ every: 2 });
    let losses = 0;
    const losing = definePlugin("losing", (round$) =>
      round$.pipe(
        map((round) => {
          if (round.index === 5 && losses++ === 0) destroy();
          return round;
        }),
      ),
    );
    const run = train$({ ...ringGame({ rounds: 8, backend, checkpoints }), readEvery: 1 }, losing, discriminatorStep(), generatorStep());
    const failures: unknown[] = [];
    const events = await lastValueFrom(run.pipe(retry({ count: 2, delay: (error) => { failures.push(error); return [0]; } }), toArray()));
    await run.closed;
    assert.equal((failures[0] as { _tag?: string })._tag, "DeviceFailed", String(failures[0]));
    assert.deepEqual(events.flatMap((event) => (event._tag === "RunStarted" ? [event.round] : [])), [0, 4]);
    const straight = memory({ every: 100 });
    await eventsOf(train$({ ...ringGame({ rounds: 8, backend, checkpoints: straight }) }, losing, discriminatorStep(), generatorStep()));
    assertSameSnapshot(await snapshotIn(checkpoints), await snapshotIn(straight));
  });
});
