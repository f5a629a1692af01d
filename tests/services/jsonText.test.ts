import { canonicalJson, jsonText } from "../../src/services/jsonText.ts";
import { assert, describe, it } from "../kit/kit.ts";

describe("jsonText", () => {
  const values: readonly unknown[] = [
    null,
    true,
    "",
    'quote" \\ \u2028 \ud800',
    0,
    -0,
    5e-324,
    1.7976931348623157e308,
    0.1 + 0.2,
    2 ** 53 + 2,
    -1e21,
    [],
    {},
    [[[-0]]],
    { b: 1, a: { "": [null, false] }, "10": 1, "9": 2 },
    JSON.parse('{"__proto__":{"polluted":1}}'),
    Object.assign(Object.create(null), { a: 1 }),
  ];
  for (const value of values) {
    it(`reads back the same: ${JSON.stringify(value)}`, () => {
      const back = JSON.parse(jsonText(value, "value"));
      assert.deepStrictEqual(back, Object.getPrototypeOf(Object(value)) === null ? { ...(value as object) } : value);
      assert.deepStrictEqual(JSON.parse(canonicalJson(value as string)), back);
    });
  }

  it("keeps the order of members, or sorts them at every depth", () => {
    const value = { b: [{ d: 1, c: 2 }], a: 3 };
    assert.equal(jsonText(value, "value"), '{"b":[{"d":1,"c":2}],"a":3}');
    assert.equal(canonicalJson(value), '{"a":3,"b":[{"c":2,"d":1}]}');
  });

  const cycle: Record<string, unknown> = { inner: {} };
  (cycle["inner"] as Record<string, unknown>)["back"] = cycle;
  const lost: readonly (readonly [string, unknown, RegExp])[] = [
    ["NaN", { a: [0, { b: NaN }] }, /^state\.a\[1\]\.b: expected JSON that reads back the same, got NaN; keep it as/],
    ["an infinity", [Infinity], /^state\[0\]: .* got Infinity/],
    ["undefined", { a: undefined }, /^state\.a: .* got undefined/],
    ["a hole in a list", { a: [1, , 3] }, /^state\.a\[1\]: .* got undefined/],
    ["a function", { f: () => 1 }, /^state\.f: .* got a function/],
    ["a bigint", { n: 1n }, /^state\.n: .* got 1n/],
    ["a symbol", { s: Symbol("x") }, /^state\.s: .* got Symbol\(x\)/],
    ["a member named by a symbol", { [Symbol("x")]: 1 }, /^state: .* got Object/],
    ["a date", { at: new Date(0) }, /^state\.at: .* got Date/],
    ["a map", { m: new Map([[1, 2]]) }, /^state\.m: .* got Map/],
    ["a typed array", { w: Float32Array.of(1, 2) }, /^state\.w: .* got Float32Array \(\[1, 2\]\)/],
    ["a class's object", {
      k: new (class Kernel {
        size = 3;
      })(),
    }, /^state\.k: .* got Kernel/],
    ["a cycle", cycle, /^state\.inner\.back: .* it contains itself/],
  ];
  for (const [what, value, message] of lost) {
    it(`refuses ${what}, naming where`, () => {
      assert.throws(() => jsonText(value, "state"), { _tag: "CheckpointFailed", reason: "write", message });
    });
  }

  it("takes the same object twice, which is no cycle", () => {
    const shared = { a: 1 };
    assert.equal(jsonText([shared, shared], "value"), '[{"a":1},{"a":1}]');
  });
});
