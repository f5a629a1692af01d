import { basename } from "node:path";
import { boolean, checkOptions, integer, optional, text } from "../configuration/checkOptions.ts";
import { SourceFailed } from "../game/failure.ts";
import type { Source } from "../game/source.ts";
import { contentOf } from "./contentOf.ts";
import { readIdxFile } from "./idxFile.ts";
import { loadedOnce } from "./loadedOnce.ts";
import { type ByteImages, openImages } from "./openImages.ts";

export interface IdxOptions {
  /** Path of an IDX file of unsigned bytes, plain or gzip: `count x height x width`, or with `x channels`. */
  readonly images: string;
  /** Path of an IDX file with one byte per image. */
  readonly labels?: string;
  /** Number of classes; one more than the largest label unless told. */
  readonly classes?: number;
  readonly batchSize: number;
  /** True unless told. */
  readonly shuffle?: boolean;
  /** Side to which images are filled up with 0 (black), in the middle: 32 for 28-pixel digits in a 32-pixel network. */
  readonly pad?: number;
}

/**
 * Images (and labels) from a pair of IDX files: MNIST, Fashion-MNIST, KMNIST, EMNIST and their kin.
 *
 * Fields `samples` (float32, `[height, width, channels]`, −1 … 1) and, where given, `labels` (int32). The files are read
 * when the run opens the source. Its spec names the files without their folders, which may change between runs; the
 * run's configuration also has a digest of what was in them.
 *
 * @throws ConfigurationError for wrong options; opening it, SourceFailed where a file is missing, truncated, corrupt, or
 * has another count than the other
 * @example
 * ```ts
 * idx({ images: "fashion/train-images-idx3-ubyte.gz", labels: "fashion/train-labels-idx1-ubyte.gz", batchSize: 64 });
 * ```
 */
export function idx(options: IdxOptions & { readonly labels: string }): Source<"samples" | "labels">;
export function idx(options: IdxOptions): Source<"samples">;
export function idx(options: IdxOptions): Source<"samples" | "labels"> {
  checkOptions("idx", {
    images: text,
    labels: optional(text),
    classes: optional(integer()),
    batchSize: integer(),
    shuffle: optional(boolean),
    pad: optional(integer()),
  }, options);
  const { images, labels, classes, batchSize, shuffle = true, pad } = options;
  const load = loadedOnce(async () => {
    const read = await readImages("idx", images, labels, classes);
    return { ...read, content: contentOf(read.pixels, read.labels ?? new Uint8Array(0)) };
  });
  return {
    spec: {
      name: "idx",
      options: {
        images: basename(images),
        labels: labels === undefined ? null : basename(labels),
        classes: classes ?? null,
        batchSize,
        shuffle,
        pad: pad ?? null,
      },
    },
    provides: labels === undefined ? ["samples"] : ["samples", "labels"],
    batchSize,
    open: async (context) => openImages("idx", await load(), context, shuffle, pad),
  };
}

/** Reads and checks a pair of files. @throws SourceFailed */
export async function readImages(
  source: string,
  images: string,
  labels: string | undefined,
  classes: number | undefined,
): Promise<ByteImages> {
  const [pictures, names] = await Promise.all([
    readIdxFile(source, images, [3, 4]),
    labels === undefined ? undefined : readIdxFile(source, labels, [1]),
  ]);
  const [count, height, width, channels = 1] = pictures.extents as [number, number, number, number?];
  const whole = {
    pixels: pictures.values,
    extent: [height, width, channels],
    rows: Uint32Array.from({ length: count }, (_, row) => row),
  } as const;
  if (names === undefined) return whole;
  if (names.values.length !== count) {
    throw new SourceFailed(
      source,
      `${labels}: expected ${count} labels for the ${count} images of ${images}, found ${names.values.length}`,
    );
  }
  const found = names.values.reduce((most, label) => Math.max(most, label + 1), 1);
  if (classes !== undefined && found > classes) {
    throw new SourceFailed(source, `${labels}: expected labels from 0 to ${classes - 1} (classes: ${classes}), found ${found - 1}`);
  }
  return { ...whole, labels: names.values, classes: classes ?? found };
}
