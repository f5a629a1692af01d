import { categorical } from "../../src/sources/categorical.ts";
import { assert, close, describe, it } from "../kit/kit.ts";
import { chiSquare, chiSquareBound, fiveErrors } from "../math/random/statistics.ts";
import { describeSource, opened, rowsOf, signal } from "./describeSource.ts";

describeSource("categorical", () => categorical(5));
describeSource("categorical by frequency, as indicators", () => categorical([1, 0, 3], { field: "classes", as: "indicators" }));

describe("categorical", () => {
  it("draws every class equally often where only their number is given", async () => {
    const counts = new Uint32Array(6);
    for (const label of (await (await opened(categorical(6))).at(0, 6000, signal)).fields["labels"]!) counts[label]!++;
    assert.ok(chiSquare(counts) < chiSquareBound(6), `${[...counts]}`);
  });

  it("draws by frequency, and never a class of frequency 0", async () => {
    const { labels } = (await (await opened(categorical([1, 0, 3]))).at(0, 4000, signal)).fields;
    const share = (label: number): number => labels!.filter((each) => each === label).length / 4000;
    assert.equal(share(1), 0);
    close(share(2), 0.75, fiveErrors(Math.sqrt(0.1875), 4000), "share of the third");
  });

  it("has the same classes as indicators", async () => {
    const labels = (await (await opened(categorical([1, 2, 3]))).at(7, 50, signal)).fields["labels"]!;
    const rows = rowsOf(await (await opened(categorical([1, 2, 3], { as: "indicators" }))).at(7, 50, signal), "labels");
    assert.deepEqual(rows.map((row) => row.indexOf(1)), [...labels]);
    assert.ok(rows.every((row) => row.reduce((sum, value) => sum + value, 0) === 1));
  });

  it("says what is wrong with its options", () => {
    assert.throws(() => categorical([0, 0]), /categorical: classes: expected a frequency above 0, got \[0,0\]/);
    assert.throws(() => categorical(1), /categorical: classes: expected an integer >= 2 or a list/);
  });
});
