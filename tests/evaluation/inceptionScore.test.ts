import { inceptionScore } from "../../src/evaluation/inceptionScore.ts";
import { digitClassifier } from "../../src/evaluation/digitClassifier.ts";
import { judgeSamples } from "../../src/evaluation/judgeSamples.ts";
import { digits } from "../../src/sources/digits.ts";
import { drawFrom } from "../../src/sources/drawFrom.ts";
import { assert, close, describe, it } from "../kit/kit.ts";
import { references } from "../references/evaluationReferences.ts";

describe("inceptionScore", () => {
  for (const { title, classes, splits, probabilities, value, deviation } of references.inception) {
    it(`agrees with scipy's entropy on ${title}`, () => {
      const found = inceptionScore({ probabilities, classes }, { splits });
      close(found.value, value, 1e-12);
      close(found.deviation, deviation, 1e-12, "deviation");
    });
  }

  it("is 1 of a classifier that never knows", () => {
    const found = inceptionScore({ probabilities: new Array<number>(40).fill(1 / 4), classes: 4 });
    close([found.value, found.deviation], [1, 0], 1e-14);
  });

  it("is the number of classes where the classifier is certain and the classes are alike, and 1 of one class", () => {
    const certain = (digits: readonly number[]) => ({ probabilities: digits.flatMap((digit) => [0, 1, 2].map((k) => Number(k === digit))), classes: 3 });
    close(inceptionScore(certain([0, 1, 2, 0, 1, 2]), { splits: 2 }).value, 3, 1e-14);
    close(inceptionScore(certain([1, 1, 1, 1]), { splits: 2 }).value, 1, 1e-14);
  });

  it("does not see that a model memorises, or has one image per class: its disadvantages", async () => {
    const judge = await digitClassifier();
    const { fields } = await drawFrom(digits({ batchSize: 500, split: "train" }), 500);
    const [images, labels] = [fields.samples as Float32Array, fields.labels as Int32Array];
    const score = async (samples: Float32Array): Promise<number> => inceptionScore(await judgeSamples(judge, samples), { splits: 1 }).value;
    const held = (await drawFrom(digits({ batchSize: 500, split: "test" }), 500)).fields.samples as Float32Array;
    const real = await score(held);
    assert.ok(real > 9, `${real} of real digits`);
    // Training images, handed out again.
    const memorised = await score(images);
    assert.ok(memorised > real - 0.5, `${memorised} of a memoriser`);
    // The first image of each digit, fifty times.
    const onePerClass = Array.from({ length: 10 }, (_, digit) => images.subarray(labels.indexOf(digit) * 784, (labels.indexOf(digit) + 1) * 784));
    const repeated = new Float32Array(500 * 784);
    for (let row = 0; row < 500; row++) repeated.set(onePerClass[row % 10]!, row * 784);
    const collapsed = await score(repeated);
    assert.ok(collapsed > real - 0.5, `${collapsed} of one image per class`);
  });

  it("refuses fewer rows than splits, and one class", () => {
    assert.throws(() => inceptionScore({ probabilities: [0.5, 0.5], classes: 2 }), /probabilities: expected at least 10 whole rows of 2, one for each split, got 2/);
    assert.throws(() => inceptionScore({ probabilities: [1, 1], classes: 1 }, { splits: 1 }), /classes: expected an integer >= 2, got 1/);
  });
});
