import type { Batch, OpenSource, Source } from "../../src/game/source.ts";
import { rootKey } from "../../src/math/random/fold.ts";
import { asyncIterable } from "../../src/sources/asyncIterable.ts";
import { gaussian } from "../../src/sources/noise.ts";
import { prefetch } from "../../src/sources/prefetch.ts";
import { assert, describe, it } from "../kit/kit.ts";
import { describeSource, opened, signal } from "./describeSource.ts";

const macrotask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2));
const batchAt = (position: number, count: number): Batch => ({
  count,
  fields: { samples: Float32Array.from({ length: count }, (_, i) => position + i) },
});

/** A source that notes what it is asked and answers when told. */
function slow(
  answer: (position: number, count: number, signal: AbortSignal) => Promise<Batch> = async (position, count) => batchAt(position, count),
) {
  const asked: string[] = [];
  const state = { closed: 0 };
  const source: Source<"samples"> = {
    spec: { name: "slow" },
    provides: ["samples"],
    batchSize: 4,
    open: () => ({
      fields: { samples: { shape: [], dtype: "float32" } },
      length: 100,
      at: (position, count, own) => {
        asked.push(`${position}+${count}`);
        return answer(position, count, own);
      },
      close: () => void state.closed++,
    }),
  };
  return { asked, state, source };
}

describeSource("prefetch of noise", () => prefetch(gaussian(3)));
describeSource(
  "prefetch of an iterable",
  () =>
    prefetch(
      asyncIterable({
        iterable: async function* () {
          for (let i = 0; i < 40; i++) yield { samples: i };
        },
        fields: { samples: { shape: [], dtype: "float32" } },
        batchSize: 4,
      }),
    ),
  { isKeyed: false },
);

describe("prefetch", () => {
  it("is the same source to everyone else", async () => {
    const { source } = slow();
    const wrapped = prefetch(source, { depth: 3 });
    assert.deepEqual([wrapped.spec, wrapped.provides, wrapped.batchSize], [source.spec, source.provides, source.batchSize]);
    assert.equal((await opened(wrapped)).length, 100);
  });

  it("asks for the next draws after an answer, and takes them when they are due", async () => {
    const { asked, source } = slow();
    const open = await opened(prefetch(source, { depth: 2 }));
    assert.deepEqual(await open.at(0, 4, signal), batchAt(0, 4));
    assert.deepEqual(asked, ["0+4"]);
    await macrotask();
    assert.deepEqual(asked, ["0+4", "4+4", "8+4"]);
    const ready = open.at(4, 4, signal);
    assert.ok(!("then" in ready), "an answer that is there is given at once");
    assert.deepEqual(ready, batchAt(4, 4));
    await macrotask();
    assert.deepEqual(asked, ["0+4", "4+4", "8+4", "12+4"]);
    await open.close!();
  });

  it("asks nothing of a source that answers on the spot before the answer has left", async () => {
    const open = await opened(prefetch(gaussian(2)));
    assert.ok(!("then" in open.at(0, 4, signal)));
    await open.close!();
  });

  it("answers rightly where the size or the place changes", async () => {
    const { source } = slow();
    const open = await opened(prefetch(source, { depth: 2 }));
    for (const [position, count] of [[0, 4], [4, 6], [10, 6], [10, 6], [3, 1], [4, 4]] as const) {
      assert.deepEqual(await open.at(position, count, signal), batchAt(position, count));
      await macrotask();
    }
    await open.close!();
  });

  it("has the next draw under way while the present one is used", async () => {
    let inFlight = 0;
    const { source } = slow(async (position, count) => {
      inFlight++;
      await macrotask();
      inFlight--;
      return batchAt(position, count);
    });
    const open = await opened(prefetch(source, { depth: 2 }));
    await open.at(0, 4, signal);
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.resolve();
    assert.equal(inFlight, 2);
    await open.close!();
  });

  it("shows a failure at the draw it belongs to, and nowhere else", async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", note);
    const { source } = slow(async (position, count) => {
      if (position === 8) throw new Error("bad sector");
      return batchAt(position, count);
    });
    const open = await opened(prefetch(source, { depth: 3 }));
    await open.at(0, 4, signal);
    await macrotask();
    assert.deepEqual(await open.at(4, 4, signal), batchAt(4, 4));
    await macrotask();
    await assert.rejects(async () => open.at(8, 4, signal), /bad sector/);
    await open.close!();
    await macrotask();
    process.off("unhandledRejection", note);
    assert.deepEqual(unhandled, []);
  });

  it("gives up what is under way when the run ends or it is closed", async () => {
    for (const how of ["abort", "close"] as const) {
      let givenUp = 0;
      const { source, state, asked } = slow((position, count, own) =>
        position === 0
          ? Promise.resolve(batchAt(position, count))
          : new Promise((_, reject) => own.addEventListener("abort", () => (givenUp++, reject(own.reason)), { once: true }))
      );
      const run = new AbortController();
      const open: OpenSource = await prefetch(source, { depth: 2 }).open({ key: rootKey(1), signal: run.signal });
      await open.at(0, 4, run.signal);
      await macrotask();
      const waiting = open.at(4, 4, run.signal);
      if (how === "abort") run.abort(new Error("enough"));
      const closed = open.close!();
      await assert.rejects(async () => waiting, how === "abort" ? /enough/ : /is closed/);
      await closed;
      assert.equal(givenUp, 2, how);
      assert.equal(state.closed, 1, how);
      await macrotask();
      assert.equal(asked.length, 3, how);
    }
  });

  it("checks its options", () => {
    assert.throws(() => prefetch({} as never, { depth: 0 }), /source: expected a source[^]*depth: expected an integer > 0, got 0/);
  });
});
