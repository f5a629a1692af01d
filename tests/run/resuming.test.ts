import { CheckpointFailed } from "../../src/game/failure.ts";
import { memory } from "../../src/sources/memory.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { train$ } from "../../src/train.ts";
import { assertSameSnapshot, snapshotIn } from "../contracts/describePlugin.ts";
import { eventsOf } from "../contracts/eventsOf.ts";
import { ringGame } from "../grammar/ringGame.ts";
import { assert, describe, it } from "../kit/kit.ts";

const play = (rounds: number, checkpoints: ReturnType<typeof memory>) =>
  eventsOf(train$(ringGame({ rounds, backend: "cpu", checkpoints }), discriminatorStep(), generatorStep()));

describe("resuming", () => {
  it("saves at the cadence and at the end", async () => {
    const saved = (await play(7, memory({ every: 3 }))).flatMap((event) => (event._tag === "CheckpointSaved" ? [event.round] : []));
    assert.deepEqual(saved, [3, 6, 7]);
  });

  it("from a named checkpoint plays on from there, to the same end", async () => {
    const checkpoints = memory({ every: 2 });
    await play(6, checkpoints);
    const straight = await snapshotIn(checkpoints);
    const events = await play(6, { ...checkpoints, from: "round-000002" });
    const [started] = events;
    assert.ok(started?._tag === "RunStarted" && started.round === 2);
    assertSameSnapshot(await snapshotIn(checkpoints), straight);
    await assert.rejects(play(6, { ...checkpoints, from: "round-000009" }), (error) => error instanceof CheckpointFailed && error.reason === "missing");
  });

  it("from the best by a metric, which is kept under its name", async () => {
    const checkpoints = memory({ every: 1, keep: 1, best: { metric: "loss/generator", mode: "min" } });
    const losses = (await play(8, checkpoints)).flatMap((event) => (event._tag === "RoundPlayed" ? [event.metrics["loss/generator"]!] : []));
    const best = losses.indexOf(Math.min(...losses)) + 1;
    const [started] = await play(9, { ...checkpoints, from: "best" });
    assert.ok(started?._tag === "RunStarted");
    assert.equal(started.round, best);
  });
});
