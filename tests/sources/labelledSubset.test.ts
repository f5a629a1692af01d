import { array } from "../../src/sources/array.ts";
import { drawFrom } from "../../src/sources/drawFrom.ts";
import { labelledSubset } from "../../src/sources/labelledSubset.ts";
import { mixture } from "../../src/sources/mixture.ts";
import { rootKey } from "../../src/math/random/fold.ts";
import { assert, describe, it } from "../kit/kit.ts";
import { describeSource, opened, rowsOf, signal } from "./describeSource.ts";

// Sample i has the value i and the class i mod 3; of class 2 there are four.
const values = Array.from({ length: 30 }, (_, i) => i).filter((i) => i % 3 !== 2 || i < 12);
const data = array({ samples: values, labels: values.map((i) => i % 3), shape: [1], batchSize: 4 });

/** The samples of a subset, in order of their values. */
async function membersOf(source: ReturnType<typeof labelledSubset>, key = rootKey(1)): Promise<readonly number[]> {
  const open = await opened(source, key);
  const batch = await open.at(0, open.length!, signal);
  assert.deepEqual(rowsOf(batch, "labels").flat(), rowsOf(batch, "samples").flat().map((value) => value % 3), "labels do not belong to their samples");
  return rowsOf(batch, "samples").flat().sort((a, b) => a - b);
}

describeSource("labelledSubset", () => labelledSubset(data, { perClass: 2 }));

describe("labelledSubset", () => {
  it("holds as many samples of each class as were asked for, no sample twice", async () => {
    const members = await membersOf(labelledSubset(data, { perClass: 4 }));
    assert.equal(new Set(members).size, 12);
    assert.deepEqual([0, 1, 2].map((label) => members.filter((value) => value % 3 === label).length), [4, 4, 4]);
    assert.deepEqual(members.filter((value) => value % 3 === 2), [2, 5, 8, 11]);
  });

  it("chooses by its own seed, and draws in the order of the run's", async () => {
    const one = labelledSubset(data, { perClass: 3, seed: 1 });
    assert.deepEqual(await membersOf(one, rootKey(1)), await membersOf(one, rootKey(2)));
    assert.notDeepEqual(await membersOf(one), await membersOf(labelledSubset(data, { perClass: 3, seed: 2 })));
    const orders = await Promise.all([1, 2].map(async (key) => (await (await opened(one, rootKey(key))).at(0, 9, signal)).fields["samples"]));
    assert.notDeepEqual(orders[0], orders[1]);
  });

  it("takes its batch size, fields and spec from the source, with a seed that makes it another", () => {
    const subset = labelledSubset(data, { perClass: 2 });
    assert.equal(subset.batchSize, 4);
    assert.deepEqual(subset.spec.options!["source"], data.spec);
    assert.notDeepEqual(labelledSubset(data, { perClass: 2, seed: 1 }).spec, subset.spec);
  });

  it("works on a source without an end", async () => {
    const { fields } = await drawFrom(labelledSubset(mixture("ring", { batchSize: 8 }), { perClass: 1 }), 8);
    assert.deepEqual([...fields.labels].sort(), [0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it("refuses what has no labels, or too few of a class", async () => {
    const bare = array({ samples: [1, 2], shape: [1], batchSize: 1 });
    await assert.rejects(opened(labelledSubset(bare as never, { perClass: 1 })), /labelledSubset: source: expected samples with labels of a known number of classes/);
    await assert.rejects(opened(labelledSubset(data, { perClass: 5 })), /labelledSubset: perClass: .* got 5 where 24 samples hold 4 of class 2/);
    assert.throws(() => labelledSubset(data, { perClass: 0 }), /labelledSubset: perClass: expected an integer > 0, got 0/);
  });
});
