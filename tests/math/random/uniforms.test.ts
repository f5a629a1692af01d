import { fold, rootKey } from "../../../src/math/random/fold.ts";
import { uniforms } from "../../../src/math/random/uniforms.ts";
import { fillWords } from "../../../src/math/random/words.ts";
import { assert, close, describe, it } from "../../kit/kit.ts";
import { chiSquare, chiSquareBound, distance, distanceBound, fiveErrors, mean } from "./statistics.ts";

const key = rootKey(20);

describe("uniforms", () => {
  const n = 40_000;
  const values = uniforms(key, n);

  it("are the upper 24 bits of the key's words", () => {
    const words = fillWords(key, new Uint32Array(50));
    for (let i = 0; i < 50; i++) assert.equal(values[i], (words[i]! >>> 8) / 2 ** 24);
  });

  it("have the moments and the distribution of [0, 1)", () => {
    close(mean(values), 1 / 2, fiveErrors(Math.sqrt(1 / 12), n), "mean");
    close(mean(values, 2), 1 / 3, fiveErrors(Math.sqrt(4 / 45), n), "second moment");
    assert.ok(distance(values, (x) => x) < distanceBound(n));
    const cells = new Uint32Array(256);
    for (const value of values) cells[Math.floor(value * 256)]!++;
    assert.ok(chiSquare(cells) < chiSquareBound(256), `chi-square ${chiSquare(cells)}`);
  });

  it("do not depend on their neighbours, nor on the next key's", () => {
    const next = uniforms(fold(key, 1), n);
    for (const lag of [1, 2, 3, 4, 8]) {
      const products = values.slice(lag).map((value, i) => (value - 0.5) * (values[i]! - 0.5));
      assert.ok(Math.abs(mean(products)) < fiveErrors(1 / 12, n), `lag ${lag}: ${mean(products)}`);
    }
    assert.ok(Math.abs(mean(values.map((value, i) => (value - 0.5) * (next[i]! - 0.5)))) < fiveErrors(1 / 12, n));
  });

  it("give value i whatever the count and the start", () => {
    assert.deepEqual(uniforms(key, 17), values.slice(0, 17));
    assert.deepEqual(uniforms(key, 10, 0, 1, 7), values.slice(7, 17));
    assert.equal(uniforms(key, 0).length, 0);
  });

  it("reach low, never high, not even by rounding", () => {
    const aboveOne = 1 + 2 ** -23;
    assert.ok(uniforms(key, 1000, 1, aboveOne).every((value) => value === 1));
    for (const [low, high] of [[-1, 1], [-3, 0], [16_777_215, 16_777_216], [-2, -1], [0.1, 0.3]] as const) {
      const drawn = uniforms(key, 5000, low, high);
      assert.ok(drawn.every((value) => value >= Math.fround(low) && value < Math.fround(high)), `[${low}, ${high})`);
    }
    assert.throws(() => uniforms(key, 1, 1, 1), /low < high/);
    assert.throws(() => uniforms(key, 1, -Infinity, 1), /finite bounds/);
  });
});
