import { filter, ReplaySubject, Subject } from "rxjs";
import type { Command } from "../../src/game/command.ts";
import { ConfigurationError } from "../../src/configuration/configurationError.ts";
import type { TrainingEvent } from "../../src/game/event.ts";
import { memory } from "../../src/sources/memory.ts";
import { drawSamples } from "../../src/probes/drawSamples.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { train$, type Training } from "../../src/train.ts";
import { assertSameSnapshot, snapshotIn } from "../contracts/describePlugin.ts";
import { eventsOf } from "../contracts/eventsOf.ts";
import { ringGame } from "../grammar/ringGame.ts";
import { assert, describe, it } from "../kit/kit.ts";

function training(control$: Subject<Command>, rounds: number, more: object = {}): Training {
  return train$({ ...ringGame({ rounds, backend: "cpu", ...more }), control$, readEvery: 1 }, discriminatorStep(), generatorStep(), drawSamples({ every: 1000, count: 2 }));
}

/** Runs, sending a command when a round has been played. */
async function withCommands(rounds: number, at: Readonly<Record<number, Command>>, more: object = {}): Promise<readonly TrainingEvent[]> {
  const control$ = new Subject<Command>();
  const run = training(control$, rounds, more);
  const events: TrainingEvent[] = [];
  await new Promise<void>((resolve, reject) => {
    run.subscribe({
      next: (event) => {
        events.push(event);
        if (event._tag === "RoundPlayed" && at[event.round] !== undefined) control$.next(at[event.round]!);
      },
      error: reject,
      complete: resolve,
    });
  });
  await run.closed;
  return events;
}

describe("control$", () => {
  it("stops at a round boundary, saving, and the run says it was stopped", async () => {
    const checkpoints = memory({ every: 1000 });
    const events = await withCommands(50, { 3: { _tag: "Stop" } }, { checkpoints });
    const last = events.at(-1);
    assert.ok(last?._tag === "RunCompleted" && last.reason === "stopped");
    assert.equal(last.round, 3);
    assert.equal((await snapshotIn(checkpoints)).round, 3);
    assert.ok(events.some((event) => event._tag === "CommandApplied" && event.command._tag === "Stop" && event.round === 3));
  });

  it("pauses until resumed, and plays on as if nothing had been", async () => {
    const paused = memory({ every: 6 });
    const control$ = new Subject<Command>();
    const run = training(control$, 6, { checkpoints: paused });
    let roundsWhilePaused = 0;
    await new Promise<void>((resolve, reject) => {
      let isPaused = false;
      run.subscribe({
        next: (event) => {
          if (event._tag === "CommandApplied" && event.command._tag === "Pause") {
            isPaused = true;
            setTimeout(() => {
              isPaused = false;
              control$.next({ _tag: "Resume" });
            }, 30);
          }
          if (event._tag === "RoundPlayed") {
            if (isPaused) roundsWhilePaused++;
            if (event.round === 2) control$.next({ _tag: "Pause" });
          }
        },
        error: reject,
        complete: resolve,
      });
    });
    await run.closed;
    assert.equal(roundsWhilePaused, 0);
    const straight = memory({ every: 6 });
    await withCommands(6, {}, { checkpoints: straight });
    assertSameSnapshot(await snapshotIn(paused), await snapshotIn(straight));
  });

  it("saves and draws when asked", async () => {
    const checkpoints = memory({ every: 1000 });
    const events = await withCommands(6, { 2: { _tag: "SaveCheckpoint" }, 4: { _tag: "DrawSamples" } }, { checkpoints });
    assert.deepEqual(events.flatMap((event) => (event._tag === "CheckpointSaved" ? [event.round] : [])), [2, 6]);
    assert.deepEqual(events.flatMap((event) => (event._tag === "SamplesDrawn" ? [event.round] : [])), [5, 6]);
  });

  it("sets rates and weights, and a resumed run knows them", async () => {
    const commands = { 2: { _tag: "SetRate", player: "generator", rate: 0 } as const };
    const whole = memory({ every: 100 });
    await withCommands(6, commands, { checkpoints: whole });
    const atTwo = memory({ every: 100 });
    await withCommands(2, {}, { checkpoints: atTwo });
    const frozen = (await snapshotIn(atTwo)).tensors.get("parameters/generator/samples/dense1/kernel") ?? [...(await snapshotIn(atTwo)).tensors].find(([name]) => name.startsWith("parameters/generator/"))![1];
    const after = (await snapshotIn(whole)).tensors;
    const name = [...after.keys()].find((key) => key.startsWith("parameters/generator/") && after.get(key)!.values.length === frozen.values.length)!;
    assert.deepEqual([...after.get(name)!.values], [...(await snapshotIn(atTwo)).tensors.get(name)!.values], "a generator of rate 0 does not move");
    const parts = memory({ every: 100 });
    await withCommands(4, commands, { checkpoints: parts });
    await withCommands(6, {}, { checkpoints: parts });
    assertSameSnapshot(await snapshotIn(parts), await snapshotIn(whole));
  });

  it("refuses what makes no sense, as a failure of the run that names it", async () => {
    for (const [command, pattern] of [
      [{ _tag: "Explode" }, /_tag: expected one of Pause/],
      [{ _tag: "SetRate", player: "nobody", rate: 1 }, /player: expected one of discriminator, generator/],
      [{ _tag: "SetRate", player: "generator", rate: -1 }, /rate: expected a number >= 0, got -1/],
    ] as const) {
      await assert.rejects(withCommands(5, { 1: command as Command }), (error) => error instanceof ConfigurationError && pattern.test(error.message));
    }
  });

  it("an AbortSignal is the command Stop", async () => {
    const abort = new AbortController();
    const run = train$({ ...ringGame({ rounds: 500, backend: "cpu" }), readEvery: 1, signal: abort.signal }, discriminatorStep(), generatorStep());
    const events: TrainingEvent[] = [];
    for await (const event of run) {
      events.push(event);
      if (event._tag === "RoundPlayed" && event.round === 3) abort.abort();
    }
    await run.closed;
    const last = events.at(-1);
    assert.ok(last?._tag === "RunCompleted" && last.reason === "stopped", JSON.stringify(last));
    assert.ok(last.round >= 3 && last.round < 10);
  });

  it("commands sent before the run has begun are not lost where the subject replays them", async () => {
    const control$ = new ReplaySubject<Command>();
    control$.next({ _tag: "Stop" });
    const events = await eventsOf(training(control$, 5).pipe(filter(() => true)) as Training).catch(() => []);
    assert.ok(events.length === 0 || events.at(-1)?._tag === "RunCompleted");
  });
});
