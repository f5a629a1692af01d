import type { Manifest } from "../../src/services/manifest.ts";
import { bestOf, outlived } from "../../src/services/retention.ts";
import { assert, describe, it } from "../kit/kit.ts";

const entry = (name: string, sequence: number, metrics: Record<string, number> = {}): Manifest => ({ name, sequence, metrics }) as Manifest;
const names = (manifests: readonly Manifest[]): readonly string[] => manifests.map(({ name }) => name);

describe("outlived", () => {
  const four = [entry("d", 4), entry("c", 3), entry("best", 2), entry("b", 2), entry("a", 1)];

  it("is what comes after the newest so many", () => {
    assert.deepEqual(names(outlived(four, 1, () => false)), ["c", "b", "a"]);
    assert.deepEqual(names(outlived(four, 3, () => false)), ["a"]);
    assert.deepEqual(names(outlived(four, 4, () => false)), []);
    assert.deepEqual(names(outlived([], 1, () => false)), []);
  });

  it("counts no damaged one as kept", () => {
    const isDamaged = ({ name }: Manifest): boolean => name === "d" || name === "c";
    assert.deepEqual(names(outlived(four, 2, isDamaged)), []);
    assert.deepEqual(names(outlived(four, 1, isDamaged)), ["a"]);
  });
});

describe("bestOf", () => {
  const rated = [entry("c", 3, { fid: 2, kid: 1 }), entry("b", 2, { fid: 1 }), entry("a", 1, { fid: 1, kid: 3 })];

  it("is the least or the greatest, of equals the first, and nothing without the metric", () => {
    assert.equal(bestOf(rated, { metric: "fid", mode: "min" })?.name, "a");
    assert.equal(bestOf(rated, { metric: "fid", mode: "max" })?.name, "c");
    assert.equal(bestOf(rated, { metric: "kid", mode: "max" })?.name, "a");
    assert.equal(bestOf(rated, { metric: "loss", mode: "max" }), undefined);
  });

  it("is the one already called best rather than the round it was", () => {
    assert.equal(bestOf([entry("a", 1, { fid: 1 }), entry("best", 1, { fid: 1 })], { metric: "fid", mode: "min" })?.name, "best");
  });
});
