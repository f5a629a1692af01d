import { createHash } from "node:crypto";
import { contentOf } from "./contentOf.ts";
import type { IconDrawing } from "./iconSet.ts";
import type { ByteImages } from "./openImages.ts";
import { rasterise, type RasterOptions } from "./rasterise.ts";

/** One drawing in one style of something that may be drawn in several. */
export interface StyledDrawing {
  /** The same in every style. */
  readonly name: string;
  /** What its variants (skin tones) have in common; training and test data share none. */
  readonly base: string;
  readonly drawing: IconDrawing;
}

/** Which part of the data: about four fifths, the other fifth, or both. */
export type DrawingSplit = "train" | "test" | "all";

/**
 * Whether a base belongs to a split. A base is test data where its SHA-256, as a fraction, is below 1/5: a matter of its
 * name alone, so the split is the same in every style, for every choice of categories, and in every version.
 */
export function isInSplit(base: string, split: DrawingSplit): boolean {
  if (split === "all") return true;
  const isTest = createHash("sha256").update(base).digest().readUInt32BE(0) < 2 ** 32 / 5;
  return isTest === (split === "test");
}

/**
 * The drawings without those that were there before: two names may have one body, and an image that is in the data twice
 * may end up in the training *and* the test data. The first of them is kept, a base before its variants.
 */
export function withoutTwins(drawings: readonly StyledDrawing[]): readonly StyledDrawing[] {
  const inOrder = [...drawings].sort((a, b) => Number(a.name !== a.base) - Number(b.name !== b.base) || compare(a.name, b.name));
  const bodies = new Set<string>();
  return inOrder.filter(({ drawing: { body } }) => !bodies.has(body) && bodies.add(body)).sort((a, b) => compare(a.name, b.name));
}

/**
 * What is drawn in every one of these styles: lists of equal length, row by row the same thing.
 */
export function inAllStyles(styles: readonly (readonly StyledDrawing[])[]): readonly (readonly StyledDrawing[])[] {
  const byName = styles.map((drawings) => new Map(drawings.map((one) => [one.name, one])));
  const names = (styles[0] ?? []).map(({ name }) => name).filter((name) => byName.every((style) => style.has(name)));
  return byName.map((style) => names.map((name) => style.get(name)!));
}

/** Rasters of the rows, and of further fields of the same rows, as images in memory. */
export async function drawnImages(
  source: string,
  rows: readonly StyledDrawing[],
  labels: { readonly values: Uint8Array; readonly classes: number } | undefined,
  others: Readonly<Record<string, readonly StyledDrawing[]>>,
  options: RasterOptions,
): Promise<ByteImages> {
  const area = options.size * options.size * options.channels;
  const pixelsOf = async (drawings: readonly StyledDrawing[]): Promise<Uint8Array> => {
    const pictures = await rasterise(source, drawings.map(({ drawing }) => drawing), options);
    const pixels = new Uint8Array(pictures.length * area);
    pictures.forEach((picture, row) => pixels.set(picture, row * area));
    return pixels;
  };
  const pixels = await pixelsOf(rows);
  const further: Record<string, Uint8Array> = {};
  for (const [field, drawings] of Object.entries(others)) further[field] = await pixelsOf(drawings);
  return {
    pixels,
    extent: [options.size, options.size, options.channels],
    ...(labels === undefined ? {} : { labels: labels.values, classes: labels.classes }),
    others: further,
    rows: Uint32Array.from(rows, (_, row) => row),
    content: contentOf(pixels, labels?.values ?? new Uint8Array(0), ...Object.values(further)),
  };
}

/** By code units: the same on every machine, as a locale's order is not. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
