import { hashJson, runningHash, sha256 } from "../../src/services/hash.ts";
import { assert, describe, it } from "../kit/kit.ts";

// FIPS 180-4 example vectors.
const vectors: readonly (readonly [string, string])[] = [
  ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
  ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
  ["abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"],
];

describe("sha256", () => {
  for (const [text, digest] of vectors) {
    it(`agrees with the standard on "${text}", at once and in pieces`, () => {
      const bytes = new TextEncoder().encode(text);
      assert.equal(sha256(text), digest);
      assert.equal(sha256(bytes), digest);
      const hash = runningHash();
      for (const byte of bytes) hash.update(Uint8Array.of(byte));
      assert.equal(hash.digest(), digest);
    });
  }
});

describe("hashJson", () => {
  it("is the hash of the sorted text, whatever the order of members", () => {
    assert.equal(hashJson({ b: 1, a: [true, null] }), sha256('{"a":[true,null],"b":1}'));
    assert.equal(hashJson({ a: [true, null], b: 1 }), hashJson({ b: 1, a: [true, null] }));
  });

  it("differs where a value, a type or an order of members in a list differs", () => {
    const hashes = [{ a: 1 }, { a: "1" }, { a: [1] }, { a: [1, 2] }, { a: [2, 1] }, { a: null }, {}, { a: -0 }, { a: 0 }].map((value) =>
      hashJson(value)
    );
    assert.equal(new Set(hashes).size, hashes.length);
  });
});
