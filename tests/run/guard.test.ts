import { concatMap, delay, filter, map, mergeMap, of, take, throwError, type Observable } from "rxjs";
import { PluginFailed } from "../../src/game/failure.ts";
import { definePlugin } from "../../src/game/plugin.ts";
import type { Round } from "../../src/game/round.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { train$ } from "../../src/train.ts";
import { tf } from "../../src/math/tensor.ts";
import { eventsOf } from "../contracts/eventsOf.ts";
import { ringGame } from "../grammar/ringGame.ts";
import { assert, describe, it } from "../kit/kit.ts";

type Operator = (round$: Observable<Round>) => Observable<Round>;

/** The failure of a run with this operator in it. */
async function failureWith(operator: Operator, asynchronous?: { timeoutMs: number }): Promise<PluginFailed> {
  const naughty = definePlugin("naughty", operator, asynchronous === undefined ? {} : { asynchronous });
  const before = tf.memory().numTensors;
  const failure = await eventsOf(train$(ringGame({ rounds: 5, backend: "cpu" }), naughty, discriminatorStep(), generatorStep())).then(
    () => assert.fail("the run did not fail"),
    (error: unknown) => error,
  );
  assert.equal(tf.memory().numTensors, before, "the failure leaks tensors");
  assert.ok(failure instanceof PluginFailed, String(failure));
  assert.equal(failure.plugin, "naughty");
  return failure;
}

describe("a guarded plugin", () => {
  it("that drops a round is an error with its name and the round", async () => {
    const failure = await failureWith((round$) => round$.pipe(filter((round) => round.index !== 2)));
    assert.equal(failure.round, 2);
    assert.match(failure.message, /naughty: round 2: the round did not come out/);
  });

  it("that doubles a round is an error", async () => {
    const failure = await failureWith((round$) => round$.pipe(mergeMap((round) => of(round, round))));
    assert.match(failure.message, /a second time/);
  });

  it("that passes on another round is an error", async () => {
    let first: Round | undefined;
    const failure = await failureWith((round$) => round$.pipe(map((round) => (first ??= round))));
    assert.equal(failure.round, 1);
    assert.match(failure.message, /round 0 came out where round 1 went in/);
  });

  it("that completes early is an error", async () => {
    const failure = await failureWith((round$) => round$.pipe(take(2)));
    assert.match(failure.message, /completed before the run did/);
  });

  it("that throws is an error with the cause kept", async () => {
    const cause = new Error("out of ideas");
    const failure = await failureWith((round$) => round$.pipe(concatMap((round) => (round.index === 3 ? throwError(() => cause) : of(round)))));
    assert.equal(failure.cause, cause);
    assert.equal(failure.round, 3);
  });

  it("that answers late without having said so is an error", async () => {
    const failure = await failureWith((round$) => round$.pipe(delay(1)));
    assert.match(failure.message, /declared asynchronous/);
  });

  it("that said it answers late but never does is found by the watchdog", async () => {
    const failure = await failureWith((round$) => round$.pipe(filter(() => false)), { timeoutMs: 20 });
    assert.match(failure.message, /within 20 ms/);
  });

  it("that said it answers late may", async () => {
    const late = definePlugin("late", (round$) => round$.pipe(delay(1)), { asynchronous: { timeoutMs: 1000 } });
    const events = await eventsOf(train$(ringGame({ rounds: 3, backend: "cpu" }), late, discriminatorStep(), generatorStep()));
    assert.equal(events.at(-1)?._tag, "RunCompleted");
  });
});
