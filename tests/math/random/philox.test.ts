import { multiplyHigh, philox4x32 } from "../../../src/math/random/philox.ts";
import { fillWords } from "../../../src/math/random/words.ts";
import { assert, describe, it } from "../../kit/kit.ts";

type Words4 = readonly [number, number, number, number];

/** Random123 1.14.0, tests/kat_vectors, the rows `philox4x32 10`: counter, key, expected. */
const published: readonly (readonly [Words4, readonly [number, number], Words4])[] = [
  [[0, 0, 0, 0], [0, 0], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
];

/** The same function in 64-bit integers, as the paper writes it. */
function reference(counter: Words4, key: readonly [number, number]): readonly number[] {
  let [c0, c1, c2, c3] = counter.map(BigInt) as [bigint, bigint, bigint, bigint];
  let [k0, k1] = key.map(BigInt) as [bigint, bigint];
  const mask = 0xffffffffn;
  for (let round = 0; round < 10; round++) {
    const p0 = 0xd2511f53n * c0;
    const p1 = 0xcd9e8d57n * c2;
    [c0, c1, c2, c3] = [(p1 >> 32n) ^ c1 ^ k0, p1 & mask, (p0 >> 32n) ^ c3 ^ k1, p0 & mask];
    k0 = (k0 + 0x9e3779b9n) & mask;
    k1 = (k1 + 0xbb67ae85n) & mask;
  }
  return [c0, c1, c2, c3].map(Number);
}

describe("philox4x32", () => {
  it("gives the published known answers", () => {
    for (const [counter, key, expected] of published) {
      const out = new Uint32Array(4);
      philox4x32(out, 0, ...counter, ...key);
      assert.deepEqual([...out], [...expected]);
    }
  });

  it("agrees with 64-bit integers on chained counters and keys", () => {
    let words: Words4 = [1, 2, 3, 4];
    const out = new Uint32Array(4);
    for (let i = 0; i < 300; i++) {
      const key = [words[3], (words[0] + i) >>> 0] as const;
      philox4x32(out, 0, ...words, ...key);
      assert.deepEqual([...out], reference(words, key));
      words = [...out] as unknown as Words4;
    }
  });

  it("multiplies to the exact upper word", () => {
    const edges = [0, 1, 2, 0xffff, 0x10000, 0x10001, 0x7fffffff, 0x80000000, 0xfffeffff, 0xffffffff];
    for (const a of edges) {
      for (const b of edges) assert.equal(multiplyHigh(a, b) >>> 0, Number((BigInt(a) * BigInt(b)) >> 32n), `${a} · ${b}`);
    }
  });
});

describe("fillWords", () => {
  it("begins with the published answer to key 0", () => {
    assert.deepEqual([...fillWords([0, 0], new Uint32Array(4))], [...published[0]![2]]);
  });

  it("gives word i whatever the start and the length", () => {
    const whole = fillWords([5, 6], new Uint32Array(64));
    for (const [first, count] of [[0, 1], [1, 1], [1, 2], [3, 5], [4, 4], [5, 9], [7, 0], [13, 51]] as const) {
      assert.deepEqual([...fillWords([5, 6], new Uint32Array(count), first)], [...whole.slice(first, first + count)]);
    }
  });

  it("counts its blocks beyond 32 bits", () => {
    const first = 4 * (0x1_0000_0000 * 3 + 7);
    assert.deepEqual([...fillWords([8, 9], new Uint32Array(4), first)], reference([7, 3, 0, 0], [8, 9]));
  });

  it("gives every attempt a stream of its own", () => {
    assert.deepEqual([...fillWords([8, 9], new Uint32Array(4), 0, 2)], reference([0, 0, 2, 0], [8, 9]));
  });
});
