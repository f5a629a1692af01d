import { readFileSync } from "node:fs";
import { confusionRate, type Origin } from "../../src/evaluation/confusionRate.ts";
import { fairOrder } from "../../src/evaluation/fairOrder.ts";
import { type Confidence, wilsonInterval } from "../../src/evaluation/wilsonInterval.ts";
import { assert, close, describe, it } from "../kit/kit.ts";

interface Case {
  readonly successes: number;
  readonly total: number;
  readonly confidence: Confidence;
  readonly interval: readonly [number, number];
}

describe("wilsonInterval", () => {
  it("is scipy's", () => {
    const cases = JSON.parse(readFileSync(new URL("../references/wilson.json", import.meta.url), "utf8")) as readonly Case[];
    assert.equal(cases.length, 27);
    for (const { successes, total, confidence, interval } of cases) close(wilsonInterval(successes, total, confidence), interval, 1e-12, `${successes} of ${total}`);
  });

  it("refuses shares of nothing, and more than all", () => {
    assert.throws(() => wilsonInterval(0, 0), { _tag: "ConfigurationError", message: /total: expected an integer > 0/ });
    assert.throws(() => wilsonInterval(3, 2), /successes: expected at most 2, got 3/);
  });
});

describe("fairOrder", () => {
  it("shows half real and half generated images, none twice, by the seed alone", () => {
    for (let seed = 0; seed < 20; seed++) {
      const order = fairOrder({ real: 30, generated: 25, trials: 40, seed });
      for (const [origin, count] of [["real", 30], ["generated", 25]] as const) {
        const shown = order.filter((trial) => trial.origin === origin).map(({ index }) => index);
        assert.equal(shown.length, 20);
        assert.equal(new Set(shown).size, 20);
        assert.ok(shown.every((index) => index >= 0 && index < count));
      }
      assert.deepEqual(fairOrder({ real: 30, generated: 25, trials: 40, seed }), order);
    }
    assert.notDeepEqual(fairOrder({ real: 30, generated: 30, trials: 40, seed: 1 }), fairOrder({ real: 30, generated: 30, trials: 40, seed: 2 }));
  });

  it("shows a real image in every place as often as not, whatever came before it", () => {
    const orders = Array.from({ length: 2000 }, (_, seed) => fairOrder({ real: 5, generated: 5, trials: 10, seed }));
    for (let place = 0; place < 10; place++) {
      const share = orders.filter((order) => order[place]!.origin === "real").length / orders.length;
      // Five standard deviations of a fair coin thrown 2,000 times: 5 · ½ / √2000 = 0.056.
      assert.ok(Math.abs(share - 0.5) < 0.056, `${place}: ${share}`);
    }
    // With 5 of 10 real, the image after a real one is real in 4 of 9 cases.
    const afterReal = orders.flatMap((order) => order.slice(1).filter((_, i) => order[i]!.origin === "real"));
    const share = afterReal.filter(({ origin }) => origin === "real").length / afterReal.length;
    assert.ok(Math.abs(share - 4 / 9) < 0.03, String(share));
  });

  it("refuses odd numbers, and too few images", () => {
    assert.throws(() => fairOrder({ real: 9, generated: 9, trials: 7, seed: 1 }), { _tag: "ConfigurationError", message: /trials: expected an even number > 0, got 7/ });
    assert.throws(() => fairOrder({ real: 9, generated: 3, trials: 8, seed: 1 }), /generated: expected at least 4 images for 8 trials, got 3/);
  });
});

describe("confusionRate", () => {
  const answers = (rows: readonly (readonly [Origin, Origin, number])[]) => rows.flatMap(([origin, said, times]) => Array(times).fill({ origin, said }));

  it("counts generated images taken for real ones, real ones taken for generated, and both", () => {
    const found = confusionRate(answers([["real", "real", 15], ["real", "generated", 5], ["generated", "generated", 12], ["generated", "real", 8]]));
    assert.deepEqual([found.all.wrong, found.all.of, found.all.rate], [13, 40, 13 / 40]);
    assert.deepEqual([found.generated?.wrong, found.generated?.of], [8, 20]);
    assert.deepEqual([found.real?.wrong, found.real?.of], [5, 20]);
    assert.deepEqual(found.all.interval, wilsonInterval(13, 40));
  });

  it("is ½ for who says the same of all", () => {
    assert.equal(confusionRate(answers([["real", "real", 20], ["generated", "real", 20]])).all.rate, 0.5);
  });

  it("leaves out what was not shown, and refuses no answers", () => {
    assert.equal(confusionRate(answers([["real", "generated", 1]])).generated, undefined);
    assert.throws(() => confusionRate([]), { _tag: "ConfigurationError" });
  });
});
