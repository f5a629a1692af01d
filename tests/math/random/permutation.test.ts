import { fold, rootKey } from "../../../src/math/random/fold.ts";
import { permutation } from "../../../src/math/random/permutation.ts";
import { assert, describe, it } from "../../kit/kit.ts";
import { chiSquare, chiSquareBound } from "./statistics.ts";

const key = rootKey(20);

describe("permutation", () => {
  it("holds every index once", () => {
    for (const n of [0, 1, 2, 3, 1000]) {
      assert.deepEqual([...permutation(key, n)].sort((a, b) => a - b), Array.from({ length: n }, (_, i) => i));
    }
  });

  it("gives each of the 24 orders of four equally often", () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 12_000; i++) {
      const order = permutation(fold(key, i), 4).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    assert.equal(counts.size, 24);
    assert.ok(chiSquare([...counts.values()]) < chiSquareBound(24), `chi-square ${chiSquare([...counts.values()])}`);
  });
});
