import { modeCoverageMetric } from "../../src/evaluation/metrics/classMetrics.ts";
import { slicedWassersteinMetric } from "../../src/evaluation/metrics/distanceMetrics.ts";
import { withFloor } from "../../src/evaluation/withFloor.ts";
import type { Measured } from "../../src/game/event.ts";
import { tf } from "../../src/math/tensor.ts";
import { mayMeasure, measureEvery, type MeasureEveryOptions } from "../../src/probes/measureEvery.ts";
import { drawFrom } from "../../src/sources/drawFrom.ts";
import { memory } from "../../src/sources/memory.ts";
import { mixture } from "../../src/sources/mixture.ts";
import { averageWeights } from "../../src/steps/averageWeights.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { trainUnordered$ } from "../../src/train.ts";
import { assertSameSnapshot, describePlugin, snapshotIn } from "../contracts/describePlugin.ts";
import { eventsOf } from "../contracts/eventsOf.ts";
import { ringGame } from "../grammar/ringGame.ts";
import { assert, describe, it } from "../kit/kit.ts";
import { plantedMetric } from "./planted.ts";

async function measured(options: MeasureEveryOptions | undefined, { averaged = false, rounds = 5 } = {}) {
  const checkpoints = memory({ every: 100 });
  const events = await eventsOf(
    trainUnordered$(ringGame({ rounds, backend: "cpu", checkpoints }), [
      discriminatorStep(),
      generatorStep(),
      ...(averaged ? [averageWeights()] : []),
      ...(options === undefined ? [] : [measureEvery(options)]),
    ]),
  );
  return { events, found: events.filter((event): event is Measured => event._tag === "Measured"), snapshot: await snapshotIn(checkpoints) };
}

await describePlugin("measureEvery", {
  rounds: 5,
  stops: [2],
  train: ({ backend, rounds, checkpoints }) =>
    trainUnordered$(ringGame({ rounds, backend, checkpoints }), [
      discriminatorStep(), generatorStep(), measureEvery({ every: 1, metrics: [plantedMetric([])], count: 300, share: false }),
    ]),
});

describe("measureEvery", () => {
  it("sends what each metric says of the same samples, at its cadence and in the last round", async () => {
    const [near, far] = [plantedMetric([3, 2, 1]), plantedMetric([30, 20, 10], "higher")];
    const { events, found } = await measured({ every: 2, metrics: [near, far], count: 7, share: false });
    assert.deepEqual(found.map(({ round }) => round), [2, 4, 5]);
    assert.deepEqual(found[1]!.scores, [
      { metric: "planted", better: "lower", name: "distance", value: 2, samples: 7 },
      { metric: "planted", better: "higher", name: "distance", value: 20, samples: 7 },
    ]);
    assert.equal(near.seen[0], far.seen[0], "metrics share the samples, so that they can share a network's passes");
    assert.deepEqual([near.seen[0]!.count, [...near.seen[0]!.shape], near.seen[0]!.values.length], [7, [2], 14]);
    const place = events.indexOf(found[0]!);
    assert.equal(events.slice(0, place).filter((event) => event._tag === "RoundPlayed").at(-1)?.round, 2);
    for (const { durationMs, share } of found) assert.ok(durationMs > 0 && share > 0 && share <= 1);
  });

  it("measures averaged weights where there are some", async () => {
    const [averaged, raw] = [plantedMetric([1]), plantedMetric([1])];
    const both = await measured({ every: 5, metrics: [averaged], count: 3 }, { averaged: true });
    await measured({ every: 5, metrics: [raw], count: 3, weights: "raw" }, { averaged: true });
    assert.equal(both.found[0]!.weights, "averaged");
    assert.notDeepEqual([...averaged.seen[0]!.values], [...raw.seen[0]!.values]);
    await assert.rejects(measured({ every: 1, metrics: [raw], weights: "averaged" }), /not averaged before measureEvery/);
  });

  it("leaves out what would exceed its share, and training is the same whatever was left out", async () => {
    const slow = { ...plantedMetric([]), measure: () => new Promise<[]>((resolve) => void setTimeout(resolve, 30, [])) };
    const capped = await measured({ every: 1, metrics: [slow], count: 3, share: 1e-6 });
    assert.deepEqual(capped.found.map(({ round }) => round), [1], "the first is made; the next would exceed the share");
    const exact = await measured({ every: 1, metrics: [plantedMetric([])], count: 300, share: false });
    assert.equal(exact.found.length, 5);
    const never = await measured(undefined);
    assertSameSnapshot(capped.snapshot, never.snapshot);
    assertSameSnapshot(exact.snapshot, never.snapshot);
  });

  it("ends the run with its name where a metric fails", async () => {
    const failing = { ...plantedMetric([]), measure: () => Promise.reject(new RangeError("no root")) };
    await assert.rejects(measured({ every: 2, metrics: [failing] }), { _tag: "PluginFailed", message: /measureEvery: round 1: no root/ });
  });

  it("names every wrong option", () => {
    const wrong = { every: 0, metrics: [{}], share: 2, cuont: 1 } as unknown as MeasureEveryOptions;
    assert.throws(() => measureEvery(wrong), { _tag: "ConfigurationError", message: /cuont: .*"count".*every: .*metrics\[0\]: .*share: expected a number > 0 and <= 1 or false, got 2/s });
  });
});

describe("measureEvery with the metrics of the library", () => {
  it("scores a ring by the modes found, beside its floor, and leaves no tensor behind", async () => {
    const ring = mixture("ring", { batchSize: 8 });
    const { fields } = await drawFrom(ring, 500);
    const real = { count: 500, shape: [2], values: fields.samples as Float32Array };
    const before = tf.memory().numTensors;
    const { found } = await measured({ every: 5, metrics: [withFloor(modeCoverageMetric(ring), real), slicedWassersteinMetric({ reference: { name: "ring", ...real } })], count: 500, share: false });
    assert.equal(tf.memory().numTensors, before);
    const [modes, ...beside] = found[0]!.scores;
    assert.deepEqual([modes!.name, modes!.better, modes!.floor, modes!.samples], ["modes", "higher", 8, 500]);
    assert.ok(modes!.value >= 0 && modes!.value <= 8);
    assert.equal(beside.find(({ name }) => name === "reverseKl")?.better, undefined, "only the first score has the metric's direction");
    assert.ok(beside.some(({ metric, value }) => metric === "slicedWasserstein" && value > 0.1), JSON.stringify(beside));
  });
});

describe("mayMeasure", () => {
  it("keeps to its share, and uses it", () => {
    // A measurement of 300 ms every 10 rounds of 20 ms would be 60 %.
    let [elapsedMs, spentMs] = [0, 0];
    let lastMs: number | undefined;
    for (let round = 1; round <= 20_000; round++) {
      elapsedMs += 20;
      if (round % 10 !== 0 || !mayMeasure({ elapsedMs, spentMs, ...(lastMs === undefined ? {} : { lastMs }) }, 0.05)) continue;
      lastMs = 300;
      spentMs += lastMs;
      elapsedMs += lastMs;
      if (spentMs > 300) assert.ok(spentMs / elapsedMs <= 0.05, `round ${round}: ${spentMs / elapsedMs}`);
    }
    assert.ok(spentMs / elapsedMs > 0.049, String(spentMs / elapsedMs));
  });

  it("allows the first, whose cost nobody knows, and everything where the cadence is to be exact", () => {
    assert.equal(mayMeasure({ elapsedMs: 0, spentMs: 0 }, 0.05), true);
    assert.equal(mayMeasure({ elapsedMs: 100, spentMs: 99, lastMs: 50 }, false), true);
    assert.equal(mayMeasure({ elapsedMs: 100, spentMs: 99, lastMs: 50 }, 0.5), false);
  });
});
