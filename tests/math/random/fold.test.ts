import { fold, rootKey } from "../../../src/math/random/fold.ts";
import { philox4x32 } from "../../../src/math/random/philox.ts";
import { assert, describe, it } from "../../kit/kit.ts";

const first2 = (...input: [number, number, number, number, number, number]): readonly number[] => {
  const out = new Uint32Array(4);
  philox4x32(out, 0, ...input);
  return [out[0]!, out[1]!];
};

describe("rootKey", () => {
  it("is the seed's two's complement, so that no two seeds share a key", () => {
    assert.deepEqual(rootKey(0), [0, 0]);
    assert.deepEqual(rootKey(1), [1, 0]);
    assert.deepEqual(rootKey(2 ** 32 + 5), [5, 1]);
    assert.deepEqual(rootKey(-1), [0xffffffff, 0xffffffff]);
    assert.deepEqual(rootKey(Number.MAX_SAFE_INTEGER), [0xffffffff, 0x1fffff]);
    assert.deepEqual(rootKey(Number.MIN_SAFE_INTEGER), [1, 0xffe00000]);
  });

  it("refuses what is no safe integer", () => {
    for (const seed of [0.5, NaN, Infinity, 2 ** 53]) assert.throws(() => rootKey(seed), /expected a safe integer, got/);
  });
});

describe("fold", () => {
  const key = rootKey(1);

  it("absorbs text as the counter of one Philox block per 12 bytes, with the bytes that remain", () => {
    assert.deepEqual(fold([7, 8], "abc"), first2(0x00636261, 0, 0, 0x02000003, 7, 8));
    const [k0, k1] = first2(0x64636261, 0x68676665, 0x6c6b6a69, 0x0200000d, 7, 8);
    assert.deepEqual(fold([7, 8], "abcdefghijklm"), first2(0x6d, 0, 0, 0x02000001, k0!, k1!));
  });

  it("absorbs a number by the bits of its float64", () => {
    assert.deepEqual(fold([7, 8], 1), first2(0x3ff00000, 0, 0, 0x01000000, 7, 8));
    assert.deepEqual(fold(key, -0), fold(key, 0));
    assert.throws(() => fold(key, NaN), /expected a finite number/);
  });

  it("step by step is at once", () => {
    assert.deepEqual(fold(fold(key, "noise"), 12, "latent"), fold(key, "noise", 12, "latent"));
    assert.deepEqual(fold(key), key);
  });

  it("tells order, kind, and where the steps part", () => {
    const paths: readonly (readonly (string | number)[])[] = [
      ["a", "b"],
      ["b", "a"],
      ["ab"],
      ["a", "", "b"],
      ["", "ab"],
      ["ab", ""],
      ["a\0b"],
      ["ab\0"],
      [1],
      ["1"],
      [1, 2],
      [2, 1],
      [12],
      [0],
      [""],
      [],
      [-1],
      [0.5],
      ["é"],
      ["e"],
      ["abcdefghijkl"],
      ["abcdefghijkl", ""],
      ["abcdefghijkl\0"],
    ];
    const keys = new Set(paths.map((path) => fold(key, ...path).join()));
    assert.equal(keys.size, paths.length);
  });

  it("does not collide over 60,000 paths", () => {
    const keys = new Set<string>();
    for (let round = 0; round < 10_000; round++) {
      for (const name of ["noise", "data", "views", "penalty", "epoch", "x"]) keys.add(fold(key, name, round).join());
    }
    assert.equal(keys.size, 60_000);
  });

  it("changes half of the key's bits for a neighbouring round", () => {
    const counts = new Array<number>(64).fill(0);
    const trials = 4000;
    for (let round = 0; round < trials; round++) {
      const a = fold(key, round);
      const b = fold(key, round + 1);
      for (let bit = 0; bit < 64; bit++) counts[bit]! += ((a[bit >> 5]! ^ b[bit >> 5]!) >>> (bit & 31)) & 1;
    }
    // 64 binomial counts about n/2 with deviation √n/2: five deviations.
    for (const count of counts) assert.ok(Math.abs(count - trials / 2) < 2.5 * Math.sqrt(trials), `${count} of ${trials}`);
  });
});
