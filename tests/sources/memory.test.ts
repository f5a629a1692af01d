import type { Checkpoints } from "../../src/game/checkpoint.ts";
import { memory } from "../../src/sources/memory.ts";
import { describeStore } from "../contracts/describeStore.ts";
import { assert, describe, it } from "../kit/kit.ts";
import { snapshotOf } from "../services/snapshots.ts";

const made = new Map<string, Checkpoints>();

// A memory's place is the object itself.
describeStore("memory", (place, options) => {
  const store = made.get(place) ?? memory(options);
  made.set(place, store);
  return store;
});

describe("memory", () => {
  it("keeps every checkpoint where it is not told otherwise", async () => {
    const store = await memory({ every: 1 }).open(new AbortController().signal);
    for (let round = 1; round <= 12; round++) await store.save(snapshotOf(round));
    assert.equal((await store.named("round-000001")).snapshot.round, 1);
    await store.close();
  });

  it("shares nothing with another memory", async () => {
    const store = await memory({ every: 1 }).open(new AbortController().signal);
    await store.save(snapshotOf(1));
    await store.close();
    const other = await memory({ every: 1 }).open(new AbortController().signal);
    assert.equal(await other.latest(), undefined);
    await other.close();
  });
});
