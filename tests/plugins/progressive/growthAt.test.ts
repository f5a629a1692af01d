import { growthAt, progressive, type Stage } from "../../../plugins/progressive/progressive.ts";
import { assert, close, describe, it } from "../../kit/kit.ts";

const stages: readonly Stage[] = [{ side: 4, hold: 2 }, { side: 8, fade: 3, hold: 1 }, { side: 16, fade: 1, hold: 1 }];

describe("the growth of a round", () => {
  it("goes from stage to stage, with α rising evenly in each fade, and stays grown at the end", () => {
    const grown = Array.from({ length: 10 }, (_, index) => growthAt(index, stages));
    assert.deepEqual(grown.map(({ side }) => side), [4, 4, 8, 8, 8, 8, 16, 16, 16, 16]);
    close(grown.map(({ alpha }) => alpha), [1, 1, 1 / 4, 2 / 4, 3 / 4, 1, 1 / 2, 1, 1, 1], 1e-15);
    assert.deepEqual(grown.map(({ begunAt }) => begunAt), [0, 0, 2, 2, 2, 2, 6, 6, 6, 6]);
  });

  it("moves α by the same step in every round of a fade, however long it is", () => {
    for (const fade of [1, 7, 500]) {
      const alphas = Array.from({ length: fade + 1 }, (_, k) => growthAt(1 + k, [{ side: 4, hold: 1 }, { side: 8, fade, hold: 9 }]).alpha);
      [0, ...alphas].slice(0, -1).forEach((before, k) => close(alphas[k]! - before, 1 / (fade + 1), 1e-12));
    }
  });
});

describe("progressive", () => {
  it("refuses wrong options, naming each", () => {
    assert.throws(() => progressive({ stages: [] }), /progressive: stages: expected a list of at least 1/);
    assert.throws(() => progressive({ stages: [{ side: 6, hold: 1 }] }), /stages\[0\]\.side: expected a power of two from 4 to 1024, got 6/);
    assert.throws(() => progressive({ stages: [{ side: 2048, hold: 1 }] }), /power of two from 4 to 1024, got 2048/);
    assert.throws(() => progressive({ stages: [{ side: 4, hold: 1 }, { side: 16, hold: 1 }] }), /stages\[1\]\.side: expected twice the side before it, 8, got 16/);
    assert.throws(() => progressive({ stages: [{ side: 4, fade: 2, hold: 1 }] }), /stages\[0\]\.fade: expected 0/);
    assert.throws(() => progressive({ stages: [{ side: 4, hold: 0 }, { side: 8, hold: 1 }] }), /stages\[0\]\.hold: expected a stage of at least one round/);
    assert.throws(() => progressive({ stages: [{ side: 4, hold: 1, rate: 0 }] }), /stages\[0\]\.rate: expected a number > 0, got 0/);
    assert.throws(() => progressive({ stages: [{ side: 4, hold: 1, batchsize: 8 } as never] }), /unknown option; did you mean "batchSize"/);
    assert.throws(() => progressive({ stages: [{ side: 4, hold: 1 }], slots: "new" as never }), /slots: expected one of "kept", "reset", got "new"/);
  });
});
