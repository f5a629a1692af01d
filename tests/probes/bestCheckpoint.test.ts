import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { measureEvery } from "../../src/probes/measureEvery.ts";
import { memory } from "../../src/sources/memory.ts";
import { trainUnordered$ } from "../../src/train.ts";
import { eventsOf } from "../contracts/eventsOf.ts";
import { ringGame } from "../grammar/ringGame.ts";
import { assert, describe, it } from "../kit/kit.ts";
import { plantedMetric } from "./planted.ts";

/** Plays to `rounds`, scoring these values every second round; the rounds saved. */
async function play(checkpoints: ReturnType<typeof memory>, rounds: number, values: readonly number[]): Promise<readonly number[]> {
  const events = await eventsOf(
    trainUnordered$(ringGame({ rounds, backend: "cpu", checkpoints }), [
      discriminatorStep(), generatorStep(), measureEvery({ every: 2, metrics: [plantedMetric(values)], count: 3, share: false }),
    ]),
  );
  return events.flatMap((event) => (event._tag === "CheckpointSaved" ? [event.round] : []));
}

async function named(checkpoints: ReturnType<typeof memory>, name: string) {
  const store = await checkpoints.open(new AbortController().signal);
  try {
    return (await store.named(name)).snapshot;
  } finally {
    await store.close();
  }
}

describe("the best checkpoint by a score", () => {
  it("is saved in the round it was measured in, and remembered across a resume", async () => {
    const checkpoints = memory({ every: 7, keep: 1, best: { metric: "distance", mode: "min" } });
    // Rounds 2, 4, 6: better, worse, better; 7 by the cadence; 8, the last, is worse.
    assert.deepEqual(await play(checkpoints, 8, [5, 6, 3, 4]), [2, 6, 7, 8]);
    const best = await named(checkpoints, "best");
    assert.deepEqual([best.round, best.metrics["distance"]], [6, 3]);
    assert.equal((await named(checkpoints, "round-000008")).metrics["distance"], 4);
    // 10 and 12 are worse than what the run before has found, 16 is the last.
    assert.deepEqual(await play(checkpoints, 16, [3.5, 3.1, 2, 7]), [14, 16]);
    assert.equal((await named(checkpoints, "best")).round, 14);
  });

  it("holds no score of other weights: what was measured earlier is not in a later checkpoint", async () => {
    const checkpoints = memory({ every: 3, best: { metric: "distance", mode: "max" } });
    assert.deepEqual(await play(checkpoints, 4, [5, 9]), [2, 3, 4]);
    assert.equal((await named(checkpoints, "round-000003")).metrics["distance"], undefined);
    assert.equal((await named(checkpoints, "best")).round, 4);
  });

  it("is not saved for a score that is no number", async () => {
    const checkpoints = memory({ every: 100, best: { metric: "distance", mode: "min" } });
    assert.deepEqual(await play(checkpoints, 5, [NaN, 2, Infinity]), [4, 5]);
    assert.equal((await named(checkpoints, "best")).round, 4);
  });
});
