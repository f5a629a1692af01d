import { join } from "node:path";
import { boolean, checkOptions, integer, oneOf, optional, text } from "../configuration/checkOptions.ts";
import { SourceFailed } from "../game/failure.ts";
import type { Source } from "../game/source.ts";
import { contentOf } from "./contentOf.ts";
import { loadedOnce } from "./loadedOnce.ts";
import { type ByteImages, openImages } from "./openImages.ts";
import { readBytes } from "./readBytes.ts";

export interface Cifar10Options {
  /** The folder with data_batch_1.bin … data_batch_5.bin and test_batch.bin. */
  readonly folder: string;
  readonly batchSize: number;
  /** The five batches of "train" (unless told) or the one of "test". */
  readonly split?: "train" | "test";
  /** True unless told. */
  readonly shuffle?: boolean;
}

const files = {
  train: ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"],
  test: ["test_batch.bin"],
} as const;
const SIDE = 32;
const PLANE = SIDE * SIDE;
const RECORD = 1 + 3 * PLANE;

/**
 * CIFAR-10 in its binary format, for those who have the files: 60,000 photos of 32 × 32 pixels in ten classes (airplane,
 * automobile, bird, cat, deer, dog, frog, horse, ship, truck). They are not in this library, and no package has them.
 *
 * Fields `samples` (float32, `[32, 32, 3]`, −1 … 1) and `labels` (int32, 10 classes). The run's configuration has a digest
 * of what was in the files.
 *
 * Reference: Krizhevsky, "Learning multiple layers of features from tiny images" (2009), "binary version" of the files.
 *
 * @throws ConfigurationError for wrong options; opening it, SourceFailed where a file is missing or damaged
 * @example
 * ```ts
 * cifar10({ folder: "data/cifar-10-batches-bin", batchSize: 64 });
 * ```
 */
export function cifar10(options: Cifar10Options): Source<"samples" | "labels"> {
  checkOptions("cifar10", {
    folder: text,
    batchSize: integer(),
    split: optional(oneOf("train", "test")),
    shuffle: optional(boolean),
  }, options);
  const { folder, batchSize, split = "train", shuffle = true } = options;
  const load = loadedOnce(async (): Promise<ByteImages> => {
    const batches = await Promise.all(files[split].map(async (file) => {
      const path = join(folder, file);
      return parseCifar10(path, await readBytes("cifar10", path));
    }));
    const pixels = new Uint8Array(batches.reduce((sum, batch) => sum + batch.pixels.length, 0));
    const labels = new Uint8Array(pixels.length / (3 * PLANE));
    let row = 0;
    for (const batch of batches) {
      pixels.set(batch.pixels, row * 3 * PLANE);
      labels.set(batch.labels, row);
      row += batch.labels.length;
    }
    return {
      pixels,
      labels,
      classes: 10,
      extent: [SIDE, SIDE, 3],
      rows: Uint32Array.from(labels, (_, i) => i),
      content: contentOf(pixels, labels),
    };
  });
  return {
    spec: { name: "cifar10", options: { split, batchSize, shuffle } },
    provides: ["samples", "labels"],
    batchSize,
    open: async (context) => openImages("cifar10", await load(), context, shuffle, undefined),
  };
}

/**
 * The images, channels last, and the labels of a file of records: a label byte, then the red, the green and the blue plane
 * of 1,024 bytes each, row by row.
 *
 * @throws SourceFailed
 */
export function parseCifar10(path: string, bytes: Uint8Array): { readonly pixels: Uint8Array; readonly labels: Uint8Array } {
  const count = bytes.length / RECORD;
  if (count === 0 || !Number.isInteger(count)) {
    throw new SourceFailed("cifar10", `${path}: expected records of ${RECORD} bytes, found ${bytes.length} bytes: the file is truncated or no binary batch`);
  }
  const pixels = new Uint8Array(count * 3 * PLANE);
  const labels = Uint8Array.from({ length: count }, (_, row) => bytes[row * RECORD]!);
  const wrong = labels.findIndex((label) => label > 9);
  if (wrong !== -1) {
    throw new SourceFailed("cifar10", `${path}: record ${wrong}: expected a label from 0 to 9, found ${labels[wrong]}; is it CIFAR-100, or another format?`);
  }
  for (let row = 0; row < count; row++) {
    for (let channel = 0; channel < 3; channel++) {
      const from = row * RECORD + 1 + channel * PLANE;
      const to = row * 3 * PLANE + channel;
      for (let pixel = 0; pixel < PLANE; pixel++) pixels[to + 3 * pixel] = bytes[from + pixel]!;
    }
  }
  return { pixels, labels };
}
