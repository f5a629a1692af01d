import { lastValueFrom, of, Subject, toArray } from "rxjs";
import type { Command } from "../../src/game/command.ts";
import type { Measured, TrainingEvent } from "../../src/game/event.ts";
import { measureEvery } from "../../src/probes/measureEvery.ts";
import { patienceAfter, stopEarly, type StopEarlyOptions } from "../../src/probes/stopEarly.ts";
import { memory } from "../../src/sources/memory.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { trainUnordered$ } from "../../src/train.ts";
import { snapshotIn } from "../contracts/describePlugin.ts";
import { ringGame } from "../grammar/ringGame.ts";
import { assert, describe, it } from "../kit/kit.ts";
import { completed, started } from "../sinks/events.ts";
import { plantedMetric } from "./planted.ts";

const measured = (round: number, value: number, better: "lower" | "higher" = "lower"): Measured => ({
  _tag: "Measured", round, network: "generator", weights: "raw", count: 9, durationMs: 1, share: 0.01,
  scores: [{ metric: "a", better, name: "distance", value, samples: 9 }],
});

/** The commands given for these events, and what comes out. */
async function told(events: readonly TrainingEvent[], options: Omit<StopEarlyOptions, "control$" | "metric">) {
  const commands: Command[] = [];
  const out = await lastValueFrom(of(...events).pipe(stopEarly({ metric: "distance", ...options, control$: { next: (command) => commands.push(command) } }), toArray()));
  return { commands, out };
}

describe("stopEarly", () => {
  it("stops a run that gets no better: a checkpoint is saved and the stream completes", async () => {
    const control$ = new Subject<Command>();
    const checkpoints = memory({ every: 100 });
    const training = trainUnordered$(ringGame({ rounds: 50, backend: "cpu", checkpoints, ...{ control$ } }), [
      discriminatorStep(), generatorStep(), measureEvery({ every: 2, metrics: [plantedMetric([5, 4, 6, 4, 7])], count: 3, share: false }),
    ]);
    const events = await lastValueFrom(training.pipe(stopEarly({ metric: "distance", patience: 3, control$ }), toArray()));
    await training.closed;
    const end = events.at(-1);
    // The best is that of round 4; rounds 6, 8 and 10 bring nothing.
    assert.deepEqual(end?._tag === "RunCompleted" && [end.reason, end.round], ["stopped", 10]);
    assert.equal((await snapshotIn(checkpoints)).round, 10);
    const why = events.find((event) => event._tag === "Warned");
    assert.equal(why?._tag === "Warned" && why.message, "stopping early: distance was not better than 4 in 3 measurements");
  });

  it("takes a change for an improvement only where it is large enough, in the metric's direction", async () => {
    const falling = [10, 9.5, 9.2, 8, 7.8, 7.6].map((value, i) => measured(i, value));
    assert.equal((await told(falling, { patience: 2, minimumChange: 1 })).commands.length, 1);
    assert.equal((await told(falling, { patience: 2 })).commands.length, 0);
    const rising = [1, 2, 3, 4].map((value, i) => measured(i, value, "higher"));
    assert.equal((await told(rising, { patience: 1 })).commands.length, 0);
  });

  it("begins anew with another run, and passes everything on", async () => {
    const first = [started(), measured(1, 1), measured(2, 2), completed(2)];
    const { commands, out } = await told([...first, ...first], { patience: 2 });
    assert.deepEqual(commands, []);
    assert.deepEqual(out, [...first, ...first]);
    assert.equal((await told([measured(1, 1), measured(2, 2), measured(3, 3), measured(4, 4)], { patience: 2 })).commands.length, 1, "one word is enough");
  });

  it("asks for the direction of a score that is not its metric's first, and takes it from the options", async () => {
    const beside = [3, 2, 1].map((value, round): Measured => ({ ...measured(round, value), scores: [{ metric: "a", name: "distance", value, samples: 9 }] }));
    await assert.rejects(told(beside, { patience: 1 }), { _tag: "ConfigurationError", message: /better: expected "lower" or "higher": distance is not the first score of its metric, a/ });
    assert.equal((await told(beside, { patience: 1, better: "higher" })).commands.length, 1);
    assert.equal((await told(beside, { patience: 1, better: "lower" })).commands.length, 0);
  });

  it("counts what is no number as no improvement", () => {
    assert.deepEqual(patienceAfter({ waited: 0 }, NaN, "lower"), { waited: 1 });
    assert.deepEqual(patienceAfter({ best: 3, waited: 1 }, NaN, "higher"), { best: 3, waited: 2 });
    assert.deepEqual(patienceAfter({ best: 3, waited: 1 }, 3, "lower"), { best: 3, waited: 2 });
    assert.deepEqual(patienceAfter({ best: 3, waited: 1 }, 2.9, "lower"), { best: 2.9, waited: 0 });
  });

  it("refuses what is no subject", () => {
    assert.throws(() => stopEarly({ metric: "distance", patience: 0, control$: {} as Subject<Command> }), { _tag: "ConfigurationError", message: /patience: .*control\$: expected the Subject/s });
  });
});
