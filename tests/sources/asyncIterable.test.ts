import { SourceFailed } from "../../src/game/failure.ts";
import { rootKey } from "../../src/math/random/fold.ts";
import { asyncIterable } from "../../src/sources/asyncIterable.ts";
import { assert, describe, it } from "../kit/kit.ts";
import { describeSource, opened, rowsOf, signal } from "./describeSource.ts";

const fields = { samples: { shape: [2], dtype: "float32" }, labels: { shape: [], dtype: "int32", classes: 100 } } as const;
const sampleAt = (i: number) => ({ samples: [i, i + 0.5], labels: i });

/** Counts what is asked of it. */
function counting(length: number) {
  const seen = { begun: 0, yielded: 0, ended: 0 };
  async function* iterable() {
    seen.begun++;
    try {
      for (let i = 0; i < length; i++) {
        seen.yielded++;
        yield sampleAt(i);
      }
    } finally {
      seen.ended++;
    }
  }
  return { seen, iterable };
}

/** The same samples, in batches of 4, 1, 0 and 7. */
async function* inBatches() {
  let i = 0;
  for (const count of [4, 1, 0, 7]) {
    const rows = Array.from({ length: count }, () => sampleAt(i++));
    yield {
      count,
      fields: { samples: Float32Array.from(rows.flatMap((row) => row.samples)), labels: Int32Array.from(rows, (row) => row.labels) },
    };
  }
}

describeSource("asyncIterable", () => asyncIterable({ iterable: counting(50).iterable, fields, batchSize: 4 }), { isKeyed: false });
describeSource("asyncIterable of batches", () => asyncIterable({ iterable: inBatches, fields, batchSize: 4 }), { isKeyed: false });

describe("asyncIterable", () => {
  it("cuts samples and batches alike into the draws asked for, and begins again at the end", async () => {
    for (const iterable of [counting(12).iterable, inBatches]) {
      const open = await opened(asyncIterable({ iterable, fields, batchSize: 4 }));
      const batch = await open.at(0, 30, signal);
      assert.deepEqual(rowsOf(batch, "samples"), Array.from({ length: 30 }, (_, i) => sampleAt(i % 12).samples));
      assert.deepEqual([...batch.fields["labels"]!], Array.from({ length: 30 }, (_, i) => i % 12));
    }
  });

  it("reads no further than a draw needs, and goes on from there", async () => {
    const { seen, iterable } = counting(50);
    const open = await opened(asyncIterable({ iterable, fields, batchSize: 4 }));
    assert.deepEqual(seen, { begun: 0, yielded: 0, ended: 0 });
    await open.at(0, 4, signal);
    await open.at(4, 4, signal);
    assert.deepEqual(seen, { begun: 1, yielded: 8, ended: 0 });
    await open.at(20, 4, signal);
    assert.deepEqual(seen, { begun: 1, yielded: 24, ended: 0 });
  });

  it("begins anew for a draw that goes back", async () => {
    const { seen, iterable } = counting(50);
    const open = await opened(asyncIterable({ iterable, fields, batchSize: 4 }));
    const early = await open.at(3, 4, signal);
    assert.deepEqual(await open.at(3, 4, signal), early);
    assert.deepEqual(seen, { begun: 2, yielded: 14, ended: 1 });
  });

  it("answers draws asked for together each with its own", async () => {
    const open = await opened(asyncIterable({ iterable: counting(50).iterable, fields, batchSize: 4 }));
    const batches = await Promise.all([open.at(0, 4, signal), open.at(4, 4, signal), open.at(8, 4, signal)]);
    assert.deepEqual(batches.flatMap((batch) => [...batch.fields["labels"]!]), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it("copes with an iterable that uses its buffer again", async () => {
    const buffer = new Float32Array(2);
    async function* iterable() {
      for (let i = 0; i < 8; i++) yield { samples: buffer.fill(i), labels: i };
    }
    const open = await opened(asyncIterable({ iterable, fields, batchSize: 4 }));
    assert.deepEqual(rowsOf(await open.at(0, 4, signal), "samples"), [[0, 0], [1, 1], [2, 2], [3, 3]]);
  });

  it("calls return() when it is closed and when the run ends", async () => {
    for (const how of ["close", "abort"] as const) {
      const { seen, iterable } = counting(50);
      const run = new AbortController();
      const open = await asyncIterable({ iterable, fields, batchSize: 4 }).open({ key: rootKey(1), signal: run.signal });
      await open.at(0, 4, run.signal);
      if (how === "close") await open.close!();
      else run.abort();
      await Promise.resolve();
      assert.equal(seen.ended, 1, how);
      await assert.rejects(async () => open.at(4, 4, run.signal), how);
      assert.equal(seen.begun, 1, how);
    }
  });

  it("lets go of an iterable that never answers", async () => {
    let returned = 0;
    const hanging = {
      next: () => new Promise<never>(() => undefined),
      return: async () => ({ done: true as const, value: (returned++, undefined) }),
    };
    const run = new AbortController();
    const open = await asyncIterable({ iterable: () => ({ [Symbol.asyncIterator]: () => hanging }), fields, batchSize: 4 }).open({
      key: rootKey(1),
      signal: run.signal,
    });
    const first = open.at(0, 4, run.signal);
    const second = open.at(4, 4, run.signal);
    await new Promise((resolve) => setTimeout(resolve, 1));
    run.abort(new Error("enough"));
    await assert.rejects(async () => first, /enough/);
    await assert.rejects(async () => second, /enough/);
    assert.equal(returned, 1);
  });

  it("fails the draw at which its iterable throws, and can be asked again", async () => {
    let attempts = 0;
    async function* iterable() {
      attempts++;
      for (let i = 0; i < 20; i++) {
        if (attempts === 1 && i === 6) throw new Error("disk on fire");
        yield sampleAt(i);
      }
    }
    const open = await opened(asyncIterable({ iterable, fields, batchSize: 4, name: "rows" }));
    await open.at(0, 4, signal);
    await assert.rejects(async () => open.at(4, 4, signal), (error: unknown) => {
      assert.ok(error instanceof SourceFailed && error.cause instanceof Error);
      assert.equal(error.message, "rows: the iterable failed: disk on fire");
      return true;
    });
    assert.deepEqual([...(await open.at(4, 4, signal)).fields["labels"]!], [4, 5, 6, 7]);
  });

  it("ends with an error where it is told to, and where there is nothing", async () => {
    const ends = await opened(asyncIterable({ iterable: counting(6).iterable, fields, batchSize: 4, end: "fail" }));
    await ends.at(0, 4, signal);
    await assert.rejects(async () => ends.at(4, 4, signal), /the iterable ended after 6 samples; end: "again" would begin anew/);
    const empty = await opened(asyncIterable({ iterable: counting(0).iterable, fields, batchSize: 4 }));
    await assert.rejects(async () => empty.at(0, 4, signal), /expected samples, but the iterable ended without yielding any/);
  });

  it("says which sample does not fit, and how", async () => {
    const refuses = async (item: object | null, expected: RegExp): Promise<void> => {
      async function* iterable() {
        yield sampleAt(0);
        yield item as never;
      }
      const open = await opened(asyncIterable({ iterable, fields, batchSize: 4 }));
      await assert.rejects(async () => open.at(0, 2, signal), expected);
    };
    await refuses({ samples: [1, 2] }, /asyncIterable: sample 1: expected a field "labels", got samples/);
    await refuses({ samples: [1, 2, 3], labels: 0 }, /sample 1: "samples": expected 2 numbers \(shape \[2\]\), got 3/);
    await refuses({ samples: [1, 2], labels: 100 }, /sample 1: "labels": expected a class from 0 to 99, got 100/);
    await refuses(
      { count: 2, fields: { samples: [1, 2], labels: [1, 2] } },
      /"samples": expected 4 numbers \(shape \[2\], 2 samples\), got 2/,
    );
    await refuses(null, /expected an object with samples, labels, got null/);
  });

  it("checks its options", () => {
    assert.throws(
      () => asyncIterable({ iterable: {}, fields: { samples: { shape: [0], dtype: "float16" } }, batchSize: 1, end: "stop" } as never),
      /iterable: expected a function[^]*fields.samples.shape\[0\]: expected an integer > 0, got 0[^]*fields.samples.dtype: expected one of "float32", "int32"[^]*end: expected one of "again", "fail"/,
    );
    assert.throws(
      () => asyncIterable({ iterable: inBatches, fields: {}, batchSize: 1 } as never),
      /fields: expected at least one field by name/,
    );
  });
});
