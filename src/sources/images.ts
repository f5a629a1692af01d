import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { boolean, checkOptions, integer, oneOf, optional, text } from "../configuration/checkOptions.ts";
import { SourceFailed } from "../game/failure.ts";
import type { Source } from "../game/source.ts";
import { decodeImage } from "./decodeImage.ts";
import { fitImage, type FitOptions } from "./fitImage.ts";
import { loadedOnce } from "./loadedOnce.ts";
import { type ByteImages, openImages } from "./openImages.ts";
import { paperChecks, type PaperOptions, white } from "./paper.ts";
import { readBytes } from "./readBytes.ts";

export interface ImagesOptions extends PaperOptions {
  /** Every .png, .jpg and .jpeg in it and below is a sample; hidden files are not. */
  readonly folder: string;
  /** Height and width in pixels to which they are brought. */
  readonly size: number;
  readonly batchSize: number;
  /** Whether each sub-folder of `folder` is a class, and all images lie in one. False unless told. */
  readonly labels?: boolean;
  /** All of an image, with background on two sides ("letterbox", unless told), or the square in its middle ("crop"). */
  readonly fit?: "letterbox" | "crop";
  /** True unless told. */
  readonly shuffle?: boolean;
}

/**
 * The PNG and JPEG files of a folder.
 *
 * Fields `samples` (float32, `[size, size, channels]`, −1 … 1) and, with `labels: true`, `labels` (int32: the index of the
 * sub-folder in the order of their names, by code units). Images of every kind are brought to eight bits of RGB, flattened
 * onto the background and resampled without aliasing; photos stand the way their Exif orientation says.
 *
 * All of them are read and decoded when the run opens the source, and kept as bytes: 10,000 images of 64 pixels take 123 MB.
 * Their order before shuffling is that of their paths, whatever the file system says. The run's configuration has a digest
 * of paths and files, so that a run is not resumed on a folder that has changed; where the folder lies does not matter.
 *
 * @throws ConfigurationError for wrong options; opening it, SourceFailed naming the file that is damaged or has no class,
 * or the folder that is missing or empty
 * @example
 * ```ts
 * images({ folder: "photos", size: 64, fit: "crop", batchSize: 32 });
 * images({ folder: "pets", size: 32, labels: true, batchSize: 64 }); // pets/cats/…, pets/dogs/…
 * ```
 */
export function images(options: ImagesOptions & { readonly labels: true }): Source<"samples" | "labels">;
export function images(options: ImagesOptions): Source<"samples">;
export function images(options: ImagesOptions): Source<"samples" | "labels"> {
  checkOptions("images", {
    folder: text,
    size: integer(),
    batchSize: integer(),
    labels: optional(boolean),
    fit: optional(oneOf("letterbox", "crop")),
    shuffle: optional(boolean),
    ...paperChecks,
  }, options);
  const { folder, size, batchSize, labels = false } = options;
  const { fit = "letterbox", background = white, channels = 3, shuffle = true } = options;
  const load = loadedOnce(() => readFolder(folder, labels, { size, fit, background, channels }));
  return {
    spec: { name: "images", options: { size, labels, fit, background: [...background], channels, batchSize, shuffle } },
    provides: labels ? ["samples", "labels"] : ["samples"],
    batchSize,
    open: async (context) => openImages("images", await load(), context, shuffle, undefined),
  };
}

/** More classes than a byte counts are no labels: labels are kept as bytes. */
const MOST_CLASSES = 256;

async function readFolder(folder: string, hasLabels: boolean, fit: FitOptions): Promise<ByteImages> {
  const paths = await pathsIn(folder);
  const classOf = (path: string): string => path.slice(0, Math.max(0, path.indexOf("/")));
  const classes = [...new Set(paths.map(classOf))].sort();
  if (hasLabels) {
    const astray = paths.find((path) => classOf(path) === "");
    if (astray !== undefined) {
      throw new SourceFailed("images", `${join(folder, astray)}: expected every image in a sub-folder, which is its class; move it, or leave out labels: true`);
    }
    if (classes.length > MOST_CLASSES) {
      throw new SourceFailed("images", `${folder}: expected at most ${MOST_CLASSES} sub-folders with images, found ${classes.length}`);
    }
  }
  const area = fit.size * fit.size * fit.channels;
  const pixels = new Uint8Array(paths.length * area);
  const hash = createHash("sha256");
  for (const [row, path] of paths.entries()) {
    const file = await readBytes("images", join(folder, path));
    hash.update(`${path}\0${file.length}\0`).update(file);
    try {
      pixels.set(fitImage(decodeImage(file), fit), row * area);
    } catch (cause) {
      throw new SourceFailed("images", `${join(folder, path)}: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
    }
  }
  return {
    pixels,
    extent: [fit.size, fit.size, fit.channels],
    ...(hasLabels ? { labels: Uint8Array.from(paths, (path) => classes.indexOf(classOf(path))), classes: classes.length } : {}),
    rows: Uint32Array.from(paths, (_, row) => row),
    content: hash.digest("hex").slice(0, 32),
  };
}

/** The images' paths below the folder, with `/` between their parts, in the order of their code units. */
async function pathsIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    throw new SourceFailed("images", `${folder}: ${cause.code === "ENOENT" ? "there is no such folder" : `cannot be read (${cause.message})`}`, cause);
  });
  const paths = entries
    .filter((entry) => !entry.isDirectory() && /\.(?:png|jpe?g)$/i.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((path) => !path.split("/").some((part) => part.startsWith(".")))
    .sort((a, b) => (a < b ? -1 : 1));
  if (paths.length === 0) throw new SourceFailed("images", `${folder}: expected .png, .jpg or .jpeg files in it or below, found none`);
  return paths;
}
