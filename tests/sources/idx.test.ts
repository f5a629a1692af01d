import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { SourceFailed } from "../../src/game/failure.ts";
import { idx, type IdxOptions } from "../../src/sources/idx.ts";
import { after, assert, before, describe, it } from "../kit/kit.ts";
import { describeSource, opened, rowsOf, signal } from "./describeSource.ts";

/** An IDX file by the format's description: 0 0 type rank, big-endian extents, values. */
function idxBytes(extents: readonly number[], values: readonly number[], type = 8): Uint8Array {
  const bytes = [
    0,
    0,
    type,
    extents.length,
    ...extents.flatMap((extent) => [extent >>> 24, (extent >>> 16) & 255, (extent >>> 8) & 255, extent & 255]),
  ];
  return Uint8Array.from([...bytes, ...values]);
}

// Five images of 2 × 3 whose first pixel is 51 times their label; 51 = 255 / 5.
const pixels = [0, 1, 2, 3, 4].flatMap((label) => [label * 51, 0, 255, 10, 20, 30]);
const images = idxBytes([5, 2, 3], pixels);
const labels = idxBytes([5], [0, 1, 2, 3, 4]);

const folder = await mkdtemp(join(tmpdir(), "idx-"));
const file = (name: string): string => join(folder, name);

before(async () => {
  await writeFile(file("images"), images);
  await writeFile(file("labels"), labels);
  await writeFile(file("images.gz"), gzipSync(images));
  await writeFile(file("labels.gz"), gzipSync(labels));
});
after(() => rm(folder, { recursive: true }));

const pair = () => idx({ images: file("images"), labels: file("labels"), batchSize: 2 });
describeSource("idx", pair);
describeSource("idx, gzip, padded, without labels", () => idx({ images: file("images.gz"), batchSize: 2, pad: 6 }));

describe("idx", () => {
  it("brings bytes to [-1, 1] and keeps every image with its label", async () => {
    const open = await opened(pair());
    assert.deepEqual(open.fields, {
      samples: { shape: [2, 3, 1], dtype: "float32", range: [-1, 1] },
      labels: { shape: [], dtype: "int32", classes: 5 },
    });
    assert.equal(open.length, 5);
    const batch = await open.at(0, 5, signal);
    for (const [i, row] of rowsOf(batch, "samples").entries()) {
      const label = batch.fields["labels"]![i]!;
      assert.deepEqual(row, [label * 51, 0, 255, 10, 20, 30].map((byte) => Math.fround(byte / 127.5 - 1)));
    }
    assert.deepEqual([...batch.fields["labels"]!].sort(), [0, 1, 2, 3, 4]);
  });

  it("reads gzip and plain files alike", async () => {
    const zipped = await opened(idx({ images: file("images.gz"), labels: file("labels.gz"), batchSize: 2 }));
    assert.deepEqual(await zipped.at(0, 20, signal), await (await opened(pair())).at(0, 20, signal));
  });

  it("pads with black, the image in the middle", async () => {
    const open = await opened(idx({ images: file("images"), batchSize: 2, pad: 4, shuffle: false }));
    assert.deepEqual(open.fields["samples"]!.shape, [4, 4, 1]);
    const [a, b, c] = [10, 20, 30].map((byte) => Math.fround(byte / 127.5 - 1)) as [number, number, number];
    assert.deepEqual(rowsOf(await open.at(0, 1, signal), "samples")[0], [-1, -1, -1, -1, -1, -1, 1, -1, a, b, c, -1, -1, -1, -1, -1]);
  });

  it("keeps channels last", async () => {
    await writeFile(file("colour"), idxBytes([1, 1, 2, 3], [0, 51, 102, 153, 204, 255]));
    const open = await opened(idx({ images: file("colour"), batchSize: 1, pad: 2 }));
    assert.deepEqual(open.fields["samples"]!.shape, [2, 2, 3]);
    const row = rowsOf(await open.at(0, 1, signal), "samples")[0]!;
    assert.deepEqual(row, [0, 51, 102, 153, 204, 255, 0, 0, 0, 0, 0, 0].map((byte) => Math.fround(byte / 127.5 - 1)));
  });

  it("refuses what is damaged, and says which file, what was found and what was expected", async () => {
    const refuses = async (name: string, bytes: Uint8Array, expected: RegExp, as: "images" | "labels" = "images"): Promise<void> => {
      await writeFile(file(name), bytes);
      const options = { images: file("images"), labels: file("labels"), batchSize: 2, [as]: file(name) } as IdxOptions;
      await assert.rejects(opened(idx(options)), (error: unknown) => {
        assert.ok(error instanceof SourceFailed, String(error));
        assert.equal(error.source, "idx");
        assert.match(error.message, new RegExp(`^idx: .*${name}: `));
        assert.match(error.message, expected);
        return true;
      });
    };
    await refuses("cut", images.slice(0, 30), /expected 46 bytes for 5 x 2 x 3, found 30: the file is truncated/);
    await refuses("long", Uint8Array.from([...images, 1]), /expected 46 bytes for 5 x 2 x 3, found 47: there is something after/);
    await refuses("empty", new Uint8Array(0), /expected an IDX header, found only 0 bytes/);
    await refuses("header", images.slice(0, 9), /expected a header of 16 bytes, found a file of 9/);
    await refuses("png", Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10]), /expected an IDX magic number 0x00000803, found 0x89504e47/);
    await refuses("float", idxBytes([1, 1, 1], [0, 0, 0, 0], 13), /expected unsigned bytes \(IDX type 0x08\), found type 0x0d \(float32\)/);
    await refuses("none", idxBytes([0, 2, 3], []), /expected at least one value, found the extents 0 x 2 x 3/);
    await refuses("gz", gzipSync(images).subarray(0, 30), /expected a whole gzip file, found a damaged or truncated one of 30 bytes/);
    await refuses("exchanged", labels, /expected 3 or 4 extents, found 1 \(magic number 0x00000801\); are images and labels exchanged/);
    await refuses("exchanged2", images, /expected 1 extents, found 3/, "labels");
    await refuses("four", idxBytes([4], [0, 1, 2, 3]), /expected 5 labels for the 5 images of .*images, found 4/, "labels");
    await assert.rejects(opened(idx({ images: file("missing"), batchSize: 2 })), /idx: .*missing: there is no such file/);
    await assert.rejects(opened(idx({ images: folder, batchSize: 2 })), /cannot be read/);
    await assert.rejects(
      opened(idx({ images: file("images"), labels: file("labels"), classes: 4, batchSize: 2 })),
      /expected labels from 0 to 3 \(classes: 4\), found 4/,
    );
    await assert.rejects(
      opened(idx({ images: file("images"), batchSize: 2, pad: 2 })),
      /idx: pad: expected at least 3, for images of 2 x 3, got 2/,
    );
  });

  it("can be opened again once the file is there", async () => {
    const source = idx({ images: file("later"), batchSize: 2 });
    await assert.rejects(opened(source));
    await writeFile(file("later"), images);
    assert.equal((await opened(source)).length, 5);
  });

  it("does not know its folder by its spec, but everything that changes the numbers", () => {
    assert.deepEqual(pair().spec, {
      name: "idx",
      options: { images: "images", labels: "labels", classes: null, batchSize: 2, shuffle: true, pad: null },
    });
  });

  it("says what was in the files, wherever they are and however they are packed", async () => {
    const { content } = await opened(pair());
    assert.match(content!, /^[0-9a-f]{32}$/);
    assert.equal((await opened(idx({ images: file("images.gz"), labels: file("labels.gz"), batchSize: 3, pad: 8 }))).content, content);
    assert.notEqual((await opened(idx({ images: file("images"), batchSize: 2 }))).content, content);
    await writeFile(file("other"), images.with(images.length - 1, 31));
    assert.notEqual((await opened(idx({ images: file("other"), labels: file("labels"), batchSize: 2 }))).content, content);
  });

  it("checks its options", () => {
    assert.throws(
      () => idx({ images: "", batchSize: 0 }),
      /images: expected a non-empty string, got ""[^]*batchSize: expected an integer > 0, got 0/,
    );
  });
});
