import { boolean, checkOptions, integer, listOf, oneOf, optional, text } from "../configuration/checkOptions.ts";
import { ConfigurationError, type Problem } from "../configuration/configurationError.ts";
import type { Source } from "../game/source.ts";
import { drawnImages, type DrawingSplit, inAllStyles, isInSplit, type StyledDrawing } from "./drawings.ts";
import { type EmojiCategory, emojiCategories, emojiIn, type EmojiStyle, emojiStyles, type StyledEmoji } from "./emojiCatalogue.ts";
import { loadedOnce } from "./loadedOnce.ts";
import { type ByteImages, openImages } from "./openImages.ts";
import { black, paperChecks, type PaperOptions, white } from "./paper.ts";

export interface EmojiOptions<Style extends EmojiStyle = EmojiStyle> extends PaperOptions {
  /** One or more of "noto", "twemoji" and "fluent". Each is a package to install. */
  readonly styles: readonly Style[];
  /** Height and width in pixels. */
  readonly size: number;
  readonly batchSize: number;
  /** Only these; all but the flags unless told. Their labels stay what they are. */
  readonly categories?: readonly EmojiCategory[];
  /** Only these, by name (`man-cook`), in alphabetical order where they are not shuffled. */
  readonly names?: readonly string[];
  /** "train" (about four fifths, unless told), "test" (the others), or "all". */
  readonly split?: DrawingSplit;
  /** What `labels` says: the "category" (unless told) or the "style". */
  readonly labels?: "category" | "style";
  /** Only emoji that all styles have, with a field per style; row by row the same emoji. False unless told. */
  readonly paired?: boolean;
  /** With the variants in five skin tones. False unless told: they are half of all emoji, and all in one category. */
  readonly skinTones?: boolean;
  /** True unless told. */
  readonly shuffle?: boolean;
}

/**
 * Emoji, drawn from vectors: about 1,700 small colour pictures in each of three styles, in eight categories (and flags).
 *
 * Fields `samples` (float32, `[size, size, 3]`, −1 … 1) and `labels` (int32: the index in smileys, people, animals, food,
 * travel, activities, objects, symbols, flags; or in noto, twemoji, fluent). With several styles, samples are drawn from
 * all of them; with `paired`, samples are of the first, and each style is a field of its own name too. Pairs correspond in
 * meaning and roughly in layout, not pixel by pixel.
 *
 * Two names of one drawing are one sample, and skin tones of an emoji are in the same split, the same in every style, so
 * that no test image was trained on. (`man-artist` and `woman-artist` are two emoji, and alike.) It is little data for a
 * model that is not conditioned on anything: consider `ada` or `diffAugment`.
 *
 * The drawings are Google's Noto Emoji (Apache-2.0), Twitter's Twemoji (CC BY 4.0: credit them where you show what you made
 * of them) and Microsoft's Fluent Emoji (MIT), from the packages @iconify-json/noto, @iconify-json/twemoji and
 * @iconify-json/fluent-emoji-flat; they are drawn by @resvg/resvg-wasm (MPL-2.0).
 *
 * @throws ConfigurationError for wrong options; opening it, SourceFailed where a package is not installed, with the command
 * that installs it
 * @example
 * ```ts
 * trainGAN$({ data: emoji({ styles: ["noto", "twemoji"], size: 32, batchSize: 64 }), noise: gaussian(64), … });
 * emoji({ styles: ["noto", "twemoji"], paired: true, size: 64, batchSize: 1 }); // samples, labels, noto, twemoji
 * ```
 */
export function emoji<const Style extends EmojiStyle>(
  options: EmojiOptions<Style> & { readonly paired: true },
): Source<"samples" | "labels" | Style>;
export function emoji(options: EmojiOptions): Source<"samples" | "labels">;
export function emoji(options: EmojiOptions): Source<"samples" | "labels" | EmojiStyle> {
  checkOptions("emoji", checks, options);
  const { styles, size, batchSize, names, labels = "category", split = "train" } = options;
  const { paired = false, skinTones = false, shuffle = true, background = white, channels = 3 } = options;
  // In the order of all categories, and each once: the order they are asked for in changes nothing.
  const categories = emojiCategories.filter((category) => (options.categories ?? usualCategories).includes(category));
  const problems: readonly Problem[] = [
    ...(new Set(styles).size === styles.length ? [] : [{ path: "styles", message: `expected each style once, got ${styles.join(", ")}` }]),
    ...(paired && labels === "style" ? [{ path: "labels", message: 'expected "category" where paired: a pair is of all styles' }] : []),
  ];
  if (problems.length > 0) throw new ConfigurationError("emoji", problems);
  const load = loadedOnce(async (): Promise<ByteImages> => {
    const catalogue = sortedAlike(await Promise.all(styles.map((style) => emojiIn(style))));
    const chosen = catalogue.map((all) =>
      all.filter(({ name, base, category }) => categories.includes(category) && (skinTones || name === base) && isInSplit(base, split) && (names?.includes(name) ?? true)),
    );
    refuseUnknown(names, chosen);
    return imagesOf(chosen);
  });
  const imagesOf = (chosen: readonly (readonly StyledEmoji[])[]): Promise<ByteImages> => {
    const raster = { size, background, colour: black, channels };
    const columns = (paired ? inAllStyles(chosen) : chosen) as readonly (readonly StyledEmoji[])[];
    const rows = paired ? columns[0]! : columns.flat();
    const indexOf = labels === "style"
      ? columns.flatMap((column, i) => column.map(() => emojiStyles.indexOf(styles[i]!)))
      : rows.map(({ category }) => emojiCategories.indexOf(category));
    const classes = labels === "style" ? emojiStyles.length : categories.includes("flags") ? emojiCategories.length : emojiCategories.length - 1;
    const others: Record<string, readonly StyledDrawing[]> = paired ? Object.fromEntries(styles.map((style, i) => [style, columns[i]!])) : {};
    return drawnImages("emoji", rows, { values: Uint8Array.from(indexOf), classes }, others, raster);
  };
  return {
    spec: {
      name: "emoji",
      options: {
        styles: [...styles],
        size,
        categories,
        ...(names === undefined ? {} : { names: [...names].sort() }),
        split,
        labels,
        paired,
        skinTones,
        background: [...background],
        channels,
        batchSize,
        shuffle,
      },
    },
    provides: ["samples", "labels", ...(paired ? styles : [])],
    batchSize,
    open: async (context) => openImages("emoji", await load(), context, shuffle, undefined),
  };
}

/** The styles with every emoji in the category that the first style to have it gives it: a squid is food to Fluent. */
function sortedAlike(styles: readonly (readonly StyledEmoji[])[]): readonly (readonly StyledEmoji[])[] {
  const first = new Map(styles.toReversed().flatMap((all) => all.map(({ name, category }) => [name, category] as const)));
  return styles.map((all) => all.map((one) => ({ ...one, category: first.get(one.name)! })));
}

function refuseUnknown(names: readonly string[] | undefined, chosen: readonly (readonly StyledEmoji[])[]): void {
  const missing = names?.filter((name) => !chosen.some((all) => all.some((one) => one.name === name))) ?? [];
  if (missing.length > 0) {
    throw new ConfigurationError("emoji", [{ path: "names", message: `expected names of emoji in these styles, categories and split, got ${missing.join(", ")}` }]);
  }
}

const usualCategories = emojiCategories.filter((category) => category !== "flags");

const checks = {
  styles: listOf(oneOf(...emojiStyles), 1),
  size: integer(),
  batchSize: integer(),
  categories: optional(listOf(oneOf(...emojiCategories), 1)),
  names: optional(listOf(text, 1)),
  split: optional(oneOf("train", "test", "all")),
  labels: optional(oneOf("category", "style")),
  paired: optional(boolean),
  skinTones: optional(boolean),
  shuffle: optional(boolean),
  ...paperChecks,
};
