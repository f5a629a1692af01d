import type { OpenSource, Source } from "../../src/game/source.ts";
import { SourceFailed } from "../../src/game/failure.ts";
import { tf } from "../../src/math/tensor.ts";
import { memory } from "../../src/sources/memory.ts";
import { discriminatorStep } from "../../src/steps/discriminatorStep.ts";
import { generatorStep } from "../../src/steps/generatorStep.ts";
import { train$ } from "../../src/train.ts";
import { assertSameSnapshot, snapshotIn } from "../contracts/describePlugin.ts";
import { eventsOf } from "../contracts/eventsOf.ts";
import { ringGame } from "../grammar/ringGame.ts";
import { assert, describe, it } from "../kit/kit.ts";

/** The same source, its answers wrapped. */
function wrapped(source: Source, wrap: (open: OpenSource) => OpenSource): Source {
  return { ...source, open: async (context) => wrap(await source.open(context)) };
}

/** A ring game whose sources are wrapped. */
function game(wrap: (open: OpenSource) => OpenSource, names: readonly string[], more: Partial<Parameters<typeof ringGame>[0]> = {}) {
  const plain = ringGame({ rounds: 5, backend: "cpu", ...more });
  const sources = Object.fromEntries(Object.entries(plain.sources).map(([name, source]) => [name, names.includes(name) ? wrapped(source, wrap) : source]));
  return { ...plain, sources };
}

const play = (on: ReturnType<typeof game>) => train$(on, discriminatorStep({ times: 2 }), generatorStep());

describe("a source that answers later", () => {
  for (const names of [["data"], ["noise"], ["data", "noise"]]) {
    it(`plays the same game as one that answers at once (${names.join(" and ")})`, async () => {
      const expected = memory({ every: 5 });
      await eventsOf(play(game((open) => open, [], { checkpoints: expected })));
      const late = memory({ every: 5 });
      const before = tf.memory().numTensors;
      const delayed = (open: OpenSource): OpenSource => ({
        ...open,
        at: async (...question) => {
          await new Promise((resolve) => setTimeout(resolve, 1));
          return open.at(...question);
        },
      });
      await eventsOf(play(game(delayed, names, { checkpoints: late })));
      assertSameSnapshot(await snapshotIn(late), await snapshotIn(expected));
      assert.equal(tf.memory().numTensors, before);
    });
  }
});

describe("a source that misbehaves", () => {
  const failing: Readonly<Record<string, [(open: OpenSource) => OpenSource, RegExp]>> = {
    "throws when opened": [() => { throw new Error("no such file"); }, /data: no such file/],
    "throws when asked": [(open) => ({ ...open, at: (position) => { if (position >= 16) throw new Error("disk gone"); return open.at(position, 8, new AbortController().signal); } }), /data: disk gone/],
    "rejects": [(open) => ({ ...open, at: () => Promise.reject(new Error("connection lost")) }), /data: connection lost/],
    "answers too few": [(open) => ({ ...open, at: (position, count, signal) => open.at(position, count - 1, signal) }), /data: answered 7 samples .* where 8 samples of \[2\] were asked for/],
  };
  for (const [what, [wrap, message]] of Object.entries(failing)) {
    it(`${what}: the run fails with SourceFailed, and releases everything`, async () => {
      const before = tf.memory().numTensors;
      const run = play(game(wrap, ["data"]));
      await assert.rejects(eventsOf(run), (error) => error instanceof SourceFailed && message.test(error.message));
      assert.equal(tf.memory().numTensors, before);
    });
  }

  it("a late answer after the run was left harms no one", async () => {
    let answer: (() => void) | undefined;
    const slow = (open: OpenSource): OpenSource => ({
      ...open,
      at: (...question) => new Promise((resolve) => { answer = () => resolve(open.at(...question)); }),
    });
    const before = tf.memory().numTensors;
    const run = play(game(slow, ["data"]));
    const subscription = run.subscribe();
    while (answer === undefined) await new Promise((resolve) => setTimeout(resolve, 1));
    subscription.unsubscribe();
    await run.closed;
    answer();
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(tf.memory().numTensors, before);
  });
});
