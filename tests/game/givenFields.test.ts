import { givenCheck, givenRows } from "../../src/game/givenFields.ts";
import { assert, describe, it } from "../kit/kit.ts";

const labels = { shape: [], dtype: "int32", classes: 3 } as const;
const codes = { shape: [2], dtype: "float32" } as const;

describe("givenRows", () => {
  it("begins again from the first row, wherever it begins", () => {
    assert.deepEqual(givenRows("labels", [2, 0, 1], labels, 5), Int32Array.of(2, 0, 1, 2, 0));
    assert.deepEqual(givenRows("labels", [2, 0, 1], labels, 2, 4), Int32Array.of(0, 1));
    assert.deepEqual(givenRows("codes", [1, 2, 3, 4], codes, 3, 1), Float32Array.of(3, 4, 1, 2, 3, 4));
  });

  it("refuses broken rows and labels that are no class", () => {
    assert.throws(() => givenRows("codes", [1, 2, 3], codes, 2), /given\.codes: expected rows of 2 numbers \(shape \[2\]\), got 3 numbers/);
    assert.throws(() => givenRows("labels", [], labels, 2), /expected rows of 1 number /);
    assert.throws(() => givenRows("labels", [0, 3], labels, 2), /given\.labels: expected labels of 0 to 2, got 3/);
    assert.throws(() => givenRows("labels", [0.5], { shape: [], dtype: "int32" }, 2), /expected whole numbers, got 0\.5/);
  });

  it("is checked as an option", () => {
    assert.deepEqual(givenCheck.problems({ labels: [0], codes: Float32Array.of(1, 2) }, "given"), []);
    for (const wrong of [[1, 2], { labels: 3 }, { labels: ["1"] }, null]) assert.equal(givenCheck.problems(wrong, "given").length, 1);
  });
});
