import { rootKey } from "../../../src/math/random/fold.ts";
import { boxMuller, normals } from "../../../src/math/random/normals.ts";
import { fillWords } from "../../../src/math/random/words.ts";
import { assert, close, describe, it } from "../../kit/kit.ts";
import { distance, distanceBound, fiveErrors, mean, normalCdf } from "./statistics.ts";

const key = rootKey(20);

describe("normals", () => {
  const n = 40_000;
  const values = normals(key, n);

  it("are the correctly rounded Box-Muller transform of the words, on every runtime", () => {
    const words = fillWords(key, new Uint32Array(n));
    for (let i = 0; i < n; i += 2) {
      const radius = Math.sqrt(-2 * Math.log((words[i]! + 0.5) / 2 ** 32));
      const angle = (2 * Math.PI * words[i + 1]!) / 2 ** 32;
      // At a quarter turn Math.cos leaves 6e-17 where there is 0.
      close([values[i]!, values[i + 1]!], [Math.fround(radius * Math.cos(angle)), Math.fround(radius * Math.sin(angle))], 2 ** -50);
    }
  });

  it("are exact at the edges of the words", () => {
    const out = new Float32Array(2);
    const most = Math.fround(Math.sqrt(2 * Math.log(2 ** 33)));
    for (const [turn, expected] of [[0, [most, 0]], [0x40000000, [0, most]], [0x80000000, [-most, 0]], [0xc0000000, [0, -most]]] as const) {
      boxMuller(out, 0, 0, turn);
      assert.deepEqual([...out].map((value) => value + 0), [...expected]);
    }
    boxMuller(out, 0, 0xffffffff, 0x20000000);
    const least = Math.sqrt(-2 * Math.log1p(-(2 ** -33)));
    close([out[0]! / least, out[1]! / least], [Math.SQRT1_2, Math.SQRT1_2], 2 ** -23);
    for (let bit = 0; bit < 32; bit++) {
      boxMuller(out, 0, 2 ** bit, 2 ** bit);
      const radius = Math.sqrt(-2 * Math.log((2 ** bit + 0.5) / 2 ** 32));
      const angle = (2 * Math.PI * 2 ** bit) / 2 ** 32;
      close([...out], [radius * Math.cos(angle), radius * Math.sin(angle)], 2 ** -24, `bit ${bit}`);
    }
  });

  it("have the moments and the distribution of N(0, 1)", () => {
    close(mean(values), 0, fiveErrors(1, n), "mean");
    close(mean(values, 2), 1, fiveErrors(Math.SQRT2, n), "variance");
    close(mean(values, 3), 0, fiveErrors(Math.sqrt(15), n), "skewness");
    close(mean(values, 4), 3, fiveErrors(Math.sqrt(96), n) / 3, "kurtosis");
    assert.ok(distance(values, normalCdf) < distanceBound(n));
    const products = values.slice(1).map((value, i) => value * values[i]!);
    assert.ok(Math.abs(mean(products)) < fiveErrors(1, n), "neighbours");
  });

  it("give value i whatever the count and the start", () => {
    for (const [first, count] of [[0, 1], [0, 7], [1, 1], [1, 6], [2, 2], [3, 8], [5, 0]] as const) {
      assert.deepEqual(normals(key, count, first), values.slice(first, first + count));
    }
  });
});
