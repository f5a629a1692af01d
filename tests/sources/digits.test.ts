import { createHash } from "node:crypto";
import { SourceFailed } from "../../src/game/failure.ts";
import type { Source } from "../../src/game/source.ts";
import { digits } from "../../src/sources/digits.ts";
import { packageFolder } from "../../src/sources/packageFolder.ts";
import { assert, describe, it } from "../kit/kit.ts";
import { describeSource, opened, signal } from "./describeSource.ts";

describeSource("digits", () => digits({ batchSize: 8, split: "test" }));
describeSource(
  "digits, a few, padded, in their order",
  () => digits({ batchSize: 8, split: "test", count: 100, pad: 32, shuffle: false }),
  { isKeyed: false },
);

describe("digits", () => {
  it("are MNIST, pixel by pixel", async () => {
    const open = await opened(digits({ batchSize: 8, split: "test", shuffle: false }));
    assert.equal(open.length, 10_000);
    assert.deepEqual(open.fields["samples"], { shape: [28, 28, 1], dtype: "float32", range: [-1, 1] });
    const { fields } = await open.at(0, 10_000, signal);
    const bytes = Uint8Array.from(fields["samples"]!, (value) => Math.round((value + 1) * 127.5));
    const header = Uint8Array.from([0, 0, 8, 3, 0, 0, 0x27, 0x10, 0, 0, 0, 28, 0, 0, 0, 28]);
    // The published file's SHA-256 begins so.
    assert.match(createHash("sha256").update(header).update(bytes).digest("hex"), /^0fa7898d509279e4/);
    assert.deepEqual([...fields["labels"]!.slice(0, 10)], [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
  });

  it("are 60,000 for training, the published ones, as many of each digit, and none of them a test digit", async () => {
    const open = await opened(digits({ batchSize: 8, shuffle: false }));
    assert.equal(open.length, 60_000);
    const counts = new Array<number>(10).fill(0);
    const file = createHash("sha256").update(Uint8Array.from([0, 0, 8, 3, 0, 0, 0xea, 0x60, 0, 0, 0, 28, 0, 0, 0, 28]));
    const known = new Set<string>();
    const imagesOf = (samples: ArrayLike<number>): readonly Uint8Array[] => {
      const bytes = Uint8Array.from(samples, (value) => Math.round((value + 1) * 127.5));
      return Array.from({ length: bytes.length / 784 }, (_, i) => bytes.subarray(i * 784, i * 784 + 784));
    };
    const name = (image: Uint8Array): string => createHash("sha1").update(image).digest("base64");
    for (let position = 0; position < 60_000; position += 1000) {
      const { fields } = await open.at(position, 1000, signal);
      for (const label of fields["labels"]!) counts[label]!++;
      for (const image of imagesOf(fields["samples"]!)) {
        file.update(image);
        known.add(name(image));
      }
    }
    assert.deepEqual(counts, [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    // The published file's. The package `mnist`, whose digits are the first 10,000 of these, is none of ours.
    assert.match(file.digest("hex"), /^ba891046e6505d7a/);
    const test = (await (await opened(digits({ batchSize: 8, split: "test" }))).at(0, 10_000, signal)).fields["samples"]!;
    assert.deepEqual(imagesOf(test).filter((image) => known.has(name(image))), []);
  });

  it("can be a few of some classes, which keep their labels", async () => {
    const open = await opened(digits({ batchSize: 8, split: "test", classes: [1, 7], count: 50 }));
    assert.equal(open.length, 50);
    assert.equal(open.fields["labels"]!.classes, 10);
    const { fields } = await open.at(0, 50, signal);
    assert.deepEqual([...new Set(fields["labels"])].sort(), [1, 7]);
    await assert.rejects(
      opened(digits({ batchSize: 8, split: "test", classes: [5], count: 893 })),
      /count: expected at most 892, which is all there are, got 893/,
    );
  });

  it("tell the compiler about their labels", () => {
    const source: Source<"samples" | "labels"> = digits({ batchSize: 8 });
    assert.deepEqual(source.provides, ["samples", "labels"]);
  });

  it("say how to install the package where it is missing", () => {
    assert.throws(
      () => packageFolder("digits", "saddlepoint-no-such-package", "1.0.0"),
      (error: unknown) => {
        assert.ok(error instanceof SourceFailed);
        for (const command of ["bun add", "deno add npm:", "npm install"]) {
          assert.ok(error.message.includes(`${command}${command.endsWith(":") ? "" : " "}saddlepoint-no-such-package@1.0.0`));
        }
        return true;
      },
    );
  });

  it("check their options", () => {
    assert.throws(
      () => digits({ batchSize: 0, split: "dev" } as never),
      /batchSize: expected an integer > 0, got 0[^]*split: expected one of "train", "test", got "dev"/,
    );
    assert.throws(() => digits({ batchSize: 1, classes: [10] }), /classes\[0\]: expected one of 0, 1/);
    assert.throws(() => digits({ batchSize: 1, classes: [] }), /classes: expected a list of at least 1/);
    assert.throws(() => digits({ batchSize: 1, pad: 20 }), /pad: expected an integer >= 28, got 20/);
  });
});
