import { array } from "../../src/sources/array.ts";
import { binarised } from "../../src/sources/binarised.ts";
import { drawFrom } from "../../src/sources/drawFrom.ts";
import { mixture } from "../../src/sources/mixture.ts";
import { renamed } from "../../src/sources/renamed.ts";
import { rescaled } from "../../src/sources/rescaled.ts";
import { assert, close, describe, it } from "../kit/kit.ts";
import { describeSource, opened, signal } from "./describeSource.ts";

const greys = array({ samples: [[-1, 0, 1], [0.5, -0.5, -1]], labels: [0, 1], shape: [3], range: [-1, 1], batchSize: 2, shuffle: false });

describeSource("renamed", () => renamed(mixture("ring", { batchSize: 8 }), { codes: "samples" }));
describeSource("rescaled", () => rescaled(greys, [0, 1]), { isKeyed: false });
describeSource("binarised", () => binarised(greys));

describe("sources made of others", () => {
  it("renamed gives the fields that are named, and only them", async () => {
    const ring = mixture("ring", { batchSize: 8 });
    const both = await drawFrom(renamed(ring, { codes: "samples", modes: "labels" }), 5);
    const { fields } = await drawFrom(ring, 5);
    assert.deepEqual(both.fields, { codes: fields.samples, modes: fields.labels });
    assert.throws(() => renamed(ring, { codes: "points" }), /renamed: names.codes: expected a field of the source \(samples, labels\), got "points"/);
  });

  it("rescaled moves samples and their range, and leaves the labels", async () => {
    const open = await opened(rescaled(greys, [0, 1]));
    assert.deepEqual(open.fields["samples"]!.range, [0, 1]);
    const { fields } = await open.at(0, 2, signal);
    assert.deepEqual([...fields["samples"]!], [0, 0.5, 1, 0.75, 0.25, 0]);
    assert.deepEqual([...fields["labels"]!], [0, 1]);
    assert.equal(open.length, 2);
  });

  it("binarised draws each pixel with the probability of its grey, anew every time", async () => {
    const n = 4000;
    const { fields } = await (await opened(binarised(greys))).at(0, n, signal);
    const mean = (row: number, pixel: number): number => {
      let sum = 0;
      for (let i = row; i < n; i += 2) sum += fields["samples"]![i * 3 + pixel]!;
      return sum / (n / 2);
    };
    assert.ok(fields["samples"]!.every((value) => value === 0 || value === 1));
    const bound = 5 * Math.sqrt(0.25 / (n / 2));
    close([mean(0, 0), mean(0, 1), mean(0, 2), mean(1, 0), mean(1, 1)], [0, 0.5, 1, 0.75, 0.25], bound, "means");
  });

  it("binarised by threshold is the same every time", async () => {
    const { fields } = await (await opened(binarised(greys, { by: "threshold" }))).at(0, 4, signal);
    assert.deepEqual([...fields["samples"]!], [0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0]);
  });

  it("wants samples with a range where it needs one", async () => {
    await assert.rejects(drawFrom(rescaled(mixture("ring", { batchSize: 8 }), [0, 1]), 3), /rescaled: source: expected samples with a range, got samples without one/);
  });
});
