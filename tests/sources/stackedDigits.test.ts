import { digits } from "../../src/sources/digits.ts";
import { stackedDigits } from "../../src/sources/stackedDigits.ts";
import { assert, describe, it } from "../kit/kit.ts";
import { describeSource, opened, rowsOf, signal } from "./describeSource.ts";

describeSource("stackedDigits", () => stackedDigits({ batchSize: 8, split: "test" }));

describe("stackedDigits", () => {
  it("has a real digit in every channel, and their three labels in one", async () => {
    const all = await (await opened(digits({ batchSize: 1, split: "test", shuffle: false }))).at(0, 10_000, signal);
    const labelOf = new Map(rowsOf(all, "samples").map((row, i) => [row.join(), all.fields["labels"]![i]!]));
    const open = await opened(stackedDigits({ batchSize: 8, split: "test" }));
    assert.equal(open.length, undefined);
    const batch = await open.at(123_456, 20, signal);
    rowsOf(batch, "samples").forEach((row, i) => {
      const [red, green, blue] = [0, 1, 2].map((channel) => labelOf.get(row.filter((_, value) => value % 3 === channel).join()));
      assert.ok(red !== undefined && green !== undefined && blue !== undefined, `stack ${i} has a channel that is no test digit`);
      assert.equal(batch.fields["labels"]![i], 100 * red + 10 * green + blue);
    });
  });

  it("draws the channels independently and reaches all 1,000 modes", async () => {
    const open = await opened(stackedDigits({ batchSize: 8 }));
    assert.equal(open.fields["labels"]!.classes, 1000);
    const counts = new Array<number>(1000).fill(0);
    for (let position = 0; position < 20_000; position += 1000) {
      for (const label of (await open.at(position, 1000, signal)).fields["labels"]!) counts[label]!++;
    }
    // The rarest, 555, is expected 20,000 · 0.0904³ = 15 times, the likeliest, 111, 28 times.
    assert.ok(counts.every((count) => count > 0), `${counts.filter((count) => count === 0).length} missing`);
    const alike = counts.filter((_, label) => label % 111 === 0).reduce((sum, count) => sum + count, 0);
    // Σ p³ over MNIST's ten shares is 0.0103: 205 expected, a standard deviation of 14.
    assert.ok(alike > 120 && alike < 300, `${alike}`);
  });

  it("checks its options", () => {
    assert.throws(() => stackedDigits({ batchSize: 0 }), /stackedDigits: batchSize: expected an integer > 0, got 0/);
  });
});
