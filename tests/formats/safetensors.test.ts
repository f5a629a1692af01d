import { readFileSync } from "node:fs";
import type { SavedTensor } from "../../src/game/checkpoint.ts";
import { decodeSafetensors, encodeSafetensors, safetensorsChunks } from "../../src/formats/safetensors.ts";
import { runningHash, sha256 } from "../../src/services/hash.ts";
import { memoryFiles } from "../../src/services/memoryFiles.ts";
import { readSafetensors } from "../../src/services/readSafetensors.ts";
import { assert, describe, it } from "../kit/kit.ts";

interface Reference {
  readonly title: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: readonly {
    readonly name: string;
    readonly dtype: "F32" | "I32";
    readonly shape: readonly number[];
    readonly words: readonly number[];
  }[];
  /** Base64 of the file the reference implementation writes too. */
  readonly file: string;
}

const references: readonly Reference[] = JSON.parse(readFileSync(new URL("../references/safetensorsFiles.json", import.meta.url), "utf8"));

function tensorsOf({ tensors }: Reference): Map<string, SavedTensor> {
  return new Map(
    tensors.map(({ name, dtype, shape, words }): [string, SavedTensor] => {
      const { buffer } = Uint32Array.from(words);
      return [
        name,
        dtype === "F32"
          ? { shape, dtype: "float32", values: new Float32Array(buffer) }
          : { shape, dtype: "int32", values: new Int32Array(buffer) },
      ];
    }),
  );
}

/** A tensor as words, so that no comparison does arithmetic on its bits. */
function wordsOf(tensors: ReadonlyMap<string, SavedTensor>): unknown {
  return [...tensors]
    .map(([name, { shape, dtype, values }]) => ({
      name,
      shape,
      dtype,
      words: [...new Uint32Array(values.buffer, values.byteOffset, values.length)],
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A file put together by hand: a header and data of so many bytes. */
function fileOf(header: unknown, dataBytes: number): Uint8Array {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + json.length + dataBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  return file;
}

async function readBack(content: Uint8Array): Promise<{ tensors: ReadonlyMap<string, SavedTensor>; digest: string }> {
  const files = memoryFiles();
  await files.makeFolder("run");
  const writing = await files.open("run/x", "create");
  await writing.write(content);
  const hash = runningHash();
  const { tensors } = await readSafetensors(await files.open("run/x", "read"), hash);
  return { tensors, digest: hash.digest() };
}

describe("safetensors", () => {
  for (const reference of references) {
    const expected = Buffer.from(reference.file, "base64");

    it(`writes the reference implementation's bytes: ${reference.title}`, () => {
      const inAnyOrder = new Map([...tensorsOf(reference)].reverse());
      assert.deepEqual(Buffer.from(encodeSafetensors(inAnyOrder, reference.metadata)), expected);
    });

    it(`reads the reference implementation's file: ${reference.title}`, async () => {
      // An odd offset: tensors must not depend on where the file lies in memory.
      const shifted = new Uint8Array(expected.length + 1);
      shifted.set(expected, 1);
      const { tensors, metadata } = decodeSafetensors(shifted.subarray(1));
      assert.deepEqual(wordsOf(tensors), wordsOf(tensorsOf(reference)));
      assert.deepEqual({ ...metadata }, reference.metadata);
      const streamed = await readBack(expected);
      assert.deepEqual(wordsOf(streamed.tensors), wordsOf(tensorsOf(reference)));
      assert.equal(streamed.digest, sha256(expected));
    });
  }

  it("passes tensors on without copying them, and gives each memory of its own back", () => {
    const values = new Float32Array(1000);
    const chunks = [...safetensorsChunks(new Map([["w", { shape: [1000], dtype: "float32", values }]]))];
    assert.ok(chunks.some((chunk) => chunk.buffer === values.buffer));
    const two = new Map<string, SavedTensor>(
      ["a", "b"].map((name) => [name, { shape: [1], dtype: "float32", values: Float32Array.of(1) }]),
    );
    const { tensors } = decodeSafetensors(encodeSafetensors(two));
    assert.notEqual(tensors.get("a")!.values.buffer, tensors.get("b")!.values.buffer);
  });

  it("writes a tensor that is a window on a larger array", () => {
    const values = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    const { tensors } = decodeSafetensors(encodeSafetensors(new Map([["w", { shape: [2], dtype: "float32", values }]])));
    assert.deepEqual([...tensors.get("w")!.values], [1, 2]);
  });

  it("keeps names that objects are fond of", () => {
    const names = ["__proto__", "constructor", "toString", "1", "0"];
    const tensors = new Map(
      names.map((name, index): [string, SavedTensor] => [name, { shape: [], dtype: "int32", values: Int32Array.of(index) }]),
    );
    const read = decodeSafetensors(encodeSafetensors(tensors)).tensors;
    assert.deepEqual(names.map((name) => read.get(name)?.values[0]), [0, 1, 2, 3, 4]);
  });

  const unfit: readonly (readonly [string, string, SavedTensor])[] = [
    ["fewer values than its shape has", "w", { shape: [3], dtype: "float32", values: new Float32Array(2) }],
    ["another type than its dtype", "w", { shape: [2], dtype: "int32", values: new Float32Array(2) }],
    ["a dtype not known", "w", { shape: [2], dtype: "float16" as "float32", values: new Float32Array(2) }],
    ["a negative extent", "w", { shape: [-1, -2], dtype: "float32", values: new Float32Array(2) }],
    ["the name of the metadata", "__metadata__", { shape: [2], dtype: "float32", values: new Float32Array(2) }],
  ];
  for (const [what, name, tensor] of unfit) {
    it(`refuses to write a tensor with ${what}`, () => {
      assert.throws(() => encodeSafetensors(new Map([[name, tensor]])), {
        _tag: "CheckpointFailed",
        reason: "write",
        message: /safetensors: tensor "/,
      });
    });
  }

  const w = { dtype: "F32", shape: [2], data_offsets: [0, 8] };
  const broken: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ["an empty file", new Uint8Array(0), /0 bytes are too few/],
    ["seven bytes", new Uint8Array(7), /7 bytes are too few/],
    ["a header longer than the file", fileOf({ w }, 8).subarray(0, 30), /the header claims \d+ bytes, the file has 30/],
    ["a header over 100 MB", Uint8Array.of(1, 225, 245, 5, 0, 0, 0, 0), /claims 100000001 bytes, more than the format's 100000000/],
    ["a header of 2^63 bytes", Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 128), /claims 9223372036854775808 bytes/],
    ["a header that is no JSON", fileOf('{"w":', 0), /not a JSON object/],
    ["a header that is no object", fileOf([], 0), /not a JSON object/],
    ["a header that is not UTF-8", fileOf({ w }, 8).fill(0xff, 10, 11), /not a JSON object/],
    ["a header that begins with a space", fileOf(" {}", 0), /not a JSON object/],
    ["metadata that are no strings", fileOf({ __metadata__: { round: 1 } }, 0), /__metadata__ is not an object of strings/],
    ["a tensor that is no object", fileOf({ w: [] }, 0), /"w" is described by/],
    ["a dtype of half precision", fileOf({ w: { ...w, dtype: "F16", data_offsets: [0, 4] } }, 4), /dtype "F16"; F32 and I32 are known/],
    ["a dtype objects inherit", fileOf({ w: { ...w, dtype: "toString" } }, 8), /dtype "toString"/],
    ["a shape with a fraction", fileOf({ w: { ...w, shape: [0.5, 4] } }, 8), /has shape \[0.5, 4\]/],
    ["a shape with a negative", fileOf({ w: { ...w, shape: [-2, -1] } }, 8), /has shape/],
    ["too few bytes for its shape", fileOf({ w: { ...w, data_offsets: [0, 4] } }, 4), /has 4 bytes, F32 of shape \[2\] needs 8/],
    ["offsets that run backwards", fileOf({ w: { ...w, shape: [0], data_offsets: [8, 0] } }, 8), /has offsets \[8, 0\]/],
    ["three offsets", fileOf({ w: { ...w, data_offsets: [0, 4, 8] } }, 8), /has offsets/],
    ["offsets past the end", fileOf({ w: { ...w, data_offsets: [0, 8] } }, 4), /cover 8 bytes, the file holds 4/],
    ["bytes that belong to nobody at the end", fileOf({ w }, 12), /cover 8 bytes, the file holds 12/],
    [
      "bytes that belong to nobody at the beginning",
      fileOf({ w: { ...w, data_offsets: [4, 12] } }, 12),
      /"w" begins at byte 4, the one before it ends at 0/,
    ],
    ["tensors that overlap", fileOf({ w, v: { ...w, data_offsets: [4, 12] } }, 12), /"v" begins at byte 4, the one before it ends at 8/],
    ["tensors that share their bytes", fileOf({ w, v: w }, 8), /begins at byte 0, the one before it ends at 8/],
  ];
  for (const [what, file, message] of broken) {
    it(`refuses ${what}`, async () => {
      const damaged = { _tag: "CheckpointFailed", reason: "damaged", message };
      assert.throws(() => decodeSafetensors(file), damaged);
      await assert.rejects(readBack(file), damaged);
    });
  }

  it("believes no header about memory: a claim of terabytes allocates nothing", () => {
    const huge = { dtype: "F32", shape: [2 ** 40], data_offsets: [0, 2 ** 42] };
    assert.throws(() => decodeSafetensors(fileOf({ huge }, 8)), {
      reason: "damaged",
      message: /cover 4398046511104 bytes, the file holds 8/,
    });
  });
});
