import { array } from "../../src/sources/array.ts";
import { assert, describe, it } from "../kit/kit.ts";
import { describeSource, opened, rowsOf, signal } from "./describeSource.ts";

const samples = Float32Array.from({ length: 24 }, (_, i) => i);
const labels = Array.from({ length: 12 }, (_, i) => i % 3);

describeSource("array", () => array({ samples, labels, shape: [2], batchSize: 4 }));
describeSource("array in its own order", () => array({ samples, shape: [1, 2, 1], range: [0, 24], batchSize: 4, shuffle: false }), {
  isKeyed: false,
});

describe("array", () => {
  it("keeps every sample with its label", async () => {
    const open = await opened(array({ samples, labels, shape: [2], batchSize: 4 }));
    assert.equal(open.length, 12);
    const batch = await open.at(0, 12, signal);
    for (const [i, [x, y]] of rowsOf(batch, "samples").entries()) {
      assert.equal(y, x! + 1);
      assert.equal(batch.fields["labels"]![i], (x! / 2) % 3);
    }
    assert.deepEqual([...batch.fields["samples"]!].sort((a, b) => a - b), [...samples]);
  });

  it("takes one list per sample", async () => {
    const open = await opened(array({ samples: [[1, 2], [3, 4]], shape: [2], batchSize: 1, shuffle: false }));
    assert.deepEqual(rowsOf(await open.at(0, 3, signal), "samples"), [[1, 2], [3, 4], [1, 2]]);
  });

  it("knows the number of classes, or is told", async () => {
    assert.equal((await opened(array({ samples, labels, shape: [2], batchSize: 4 }))).fields["labels"]!.classes, 3);
    assert.equal((await opened(array({ samples, labels, classes: 10, shape: [2], batchSize: 4 }))).fields["labels"]!.classes, 10);
  });

  it("is another source where a value is another", () => {
    const changed = samples.slice();
    changed[5] = 0.5;
    const digest = (values: Float32Array): unknown => array({ samples: values, shape: [2], batchSize: 4 }).spec.options!["digest"];
    assert.equal(digest(samples), digest(samples.slice()));
    assert.notEqual(digest(samples), digest(changed));
  });

  it("says what is wrong with its options", () => {
    assert.throws(() => array({ samples, shape: [5], batchSize: 4 }), /samples: expected a multiple of 5 values \(shape \[5\]\), got 24/);
    assert.throws(() => array({ samples: [], shape: [5], batchSize: 4 }), /samples: expected a multiple of 5 values/);
    assert.throws(() => array({ samples: [[1, 2], [3]], shape: [2], batchSize: 4 }), /samples\[1\]: expected 2 values, got 1/);
    assert.throws(
      () => array({ samples, labels: [1, 2], shape: [2], batchSize: 4 }),
      /labels: expected one for each of the 12 samples, got 2/,
    );
    assert.throws(
      () => array({ samples, labels, classes: 2, shape: [2], batchSize: 4 }),
      /labels\[2\]: expected a class from 0 to 1, got 2/,
    );
    assert.throws(
      () => array({ samples, shape: [2], batchSize: 0, range: [1, -1] }),
      /range: expected two numbers, the lower first[^]*batchSize: expected an integer > 0, got 0/,
    );
  });
});
