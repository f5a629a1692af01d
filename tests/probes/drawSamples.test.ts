import type { SamplesDrawn } from "../../src/game/event.ts";
import { drawSamples, type DrawSamplesOptions } from "../../src/probes/drawSamples.ts";
import { memory } from "../../src/sources/memory.ts";
import { averageWeights } from "../../src/steps/averageWeights.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { trainUnordered$ } from "../../src/train.ts";
import { assertSameSnapshot, snapshotIn } from "../contracts/describePlugin.ts";
import { eventsOf } from "../contracts/eventsOf.ts";
import { ringGame } from "../grammar/ringGame.ts";
import { assert, describe, it } from "../kit/kit.ts";

async function drawn(options: DrawSamplesOptions | undefined, { averaged = false, rounds = 5 } = {}) {
  const checkpoints = memory({ every: 100 });
  const events = await eventsOf(
    trainUnordered$(ringGame({ rounds, backend: "cpu", checkpoints }), [
      discriminatorStep(),
      generatorStep(),
      ...(averaged ? [averageWeights()] : []),
      ...(options === undefined ? [] : [drawSamples(options)]),
    ]),
  );
  return { events, samples: events.filter((event): event is SamplesDrawn => event._tag === "SamplesDrawn"), snapshot: await snapshotIn(checkpoints) };
}

describe("drawSamples", () => {
  it("draws at its cadence and in the last round, after the round it belongs to", async () => {
    const { events, samples } = await drawn({ every: 2, count: 3 });
    assert.deepEqual(samples.map(({ round }) => round), [2, 4, 5]);
    for (const { round, shape, values, count } of samples) {
      assert.deepEqual([...shape], [2]);
      assert.equal(values.length, count * 2);
      const place = events.findIndex((event) => event._tag === "SamplesDrawn" && event.round === round);
      assert.deepEqual(events.slice(0, place).filter((event) => event._tag === "RoundPlayed").at(-1)?.round, round);
    }
  });

  it("changes nothing in training", async () => {
    assertSameSnapshot((await drawn({ every: 1, count: 7 })).snapshot, (await drawn(undefined)).snapshot);
  });

  it("looks at the same noise every time unless told otherwise", async () => {
    const frozen = async (isFixed: boolean) => {
      const game = ringGame({ rounds: 2, backend: "cpu" });
      const run = trainUnordered$(game, [drawSamples({ every: 1, count: 3, isFixed })]);
      return (await eventsOf(run)).filter((event): event is SamplesDrawn => event._tag === "SamplesDrawn").map(({ values }) => [...values]);
    };
    const [a, b] = await frozen(true);
    assert.deepEqual(b, a);
    const [c, d] = await frozen(false);
    assert.notDeepEqual(d, c);
  });

  it("draws from averaged weights where there are some, or raw ones when asked", async () => {
    const averaged = await drawn({ every: 5, count: 3 }, { averaged: true });
    const raw = await drawn({ every: 5, count: 3, weights: "raw" }, { averaged: true });
    assert.equal(averaged.samples[0]?.weights, "averaged");
    assert.equal(raw.samples[0]?.weights, "raw");
    assert.notDeepEqual([...averaged.samples[0]!.values], [...raw.samples[0]!.values]);
    await assert.rejects(drawn({ every: 1, weights: "averaged" }), /the weights of "generator" are not averaged before drawSamples/);
  });
});
