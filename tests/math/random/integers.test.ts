import { fold, rootKey } from "../../../src/math/random/fold.ts";
import { integers } from "../../../src/math/random/integers.ts";
import { assert, describe, it } from "../../kit/kit.ts";
import { chiSquare, chiSquareBound } from "./statistics.ts";

const key = rootKey(20);

describe("integers", () => {
  it("are equally likely, where the range divides no power of two", () => {
    for (const below of [2, 3, 10, 100]) {
      const counts = new Uint32Array(below);
      for (const value of integers(fold(key, below), 20_000, below)) counts[value]!++;
      assert.ok(chiSquare(counts) < chiSquareBound(below), `below ${below}: chi-square ${chiSquare(counts)}`);
    }
  });

  it("are not biased at ranges where a remainder would show at once", () => {
    // Below 3·2²⁹, plain scaling or remainders would give a third of the range twice the chance.
    const below = 3 * 2 ** 29;
    const counts = new Uint32Array(3);
    const low = new Uint32Array(3);
    for (const value of integers(key, 30_000, below)) {
      counts[Math.floor(value / 2 ** 29)]!++;
      low[value % 3]!++;
    }
    assert.ok(chiSquare(counts) < chiSquareBound(3) && chiSquare(low) < chiSquareBound(3), `${[...counts]} ${[...low]}`);
  });

  it("give value i whatever the count and the start, redrawn ones included", () => {
    const below = 3 * 2 ** 29;
    const values = integers(key, 100, below);
    assert.deepEqual(integers(key, 9, below), values.slice(0, 9));
    assert.deepEqual(integers(key, 20, below, 33), values.slice(33, 53));
  });

  it("check their range", () => {
    assert.ok(integers(key, 10, 1).every((value) => value === 0));
    assert.ok(integers(key, 100, 2 ** 31).every((value) => value >= 0));
    for (const below of [0, -1, 1.5, 2 ** 31 + 1, NaN]) assert.throws(() => integers(key, 1, below), /expected below/);
  });
});
