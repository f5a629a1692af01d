import { boolean, checkOptions, integer, listOf, oneOf, optional } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import type { Source } from "../game/source.ts";
import { drawnImages, type DrawingSplit, inAllStyles, isInSplit, type StyledDrawing, withoutTwins } from "./drawings.ts";
import { iconSet, type IconSet } from "./iconSet.ts";
import { loadedOnce } from "./loadedOnce.ts";
import { type ByteImages, openImages } from "./openImages.ts";
import { black, paperChecks, type PaperOptions, type Rgb, rgbCheck, white } from "./paper.ts";

/** The weights of line, then the filled and the two-tone icons. */
export const iconStyles = ["thin", "light", "regular", "bold", "fill", "duotone"] as const;
export type IconStyle = (typeof iconStyles)[number];

export interface IconsOptions<Style extends IconStyle = IconStyle> extends PaperOptions {
  /** One or more of "thin", "light", "regular", "bold", "fill" and "duotone". */
  readonly styles: readonly Style[];
  /** Height and width in pixels. */
  readonly size: number;
  readonly batchSize: number;
  /** "train" (about four fifths, unless told), "test" (the others), or "all". */
  readonly split?: DrawingSplit;
  /** A field per style in place of the labels; row by row the same icon. False unless told. */
  readonly paired?: boolean;
  /** The colour they are drawn in; black unless told. */
  readonly colour?: Rgb;
  /** True unless told. */
  readonly shuffle?: boolean;
}

/**
 * The Phosphor icons: about 1,500 small signs, each in six styles that fit one another pixel by pixel.
 *
 * Fields `samples` (float32, `[size, size, 3]`, −1 … 1; with `channels: 1` one grey channel) and `labels` (int32: the index
 * in thin, light, regular, bold, fill, duotone). With `paired`, samples are of the first style, each style is a field of its
 * own name too, and there are no labels: outline to filled is the clean exercise for image-to-image translation. An icon is
 * in the same split in every style.
 *
 * The icons are Phosphor's (MIT), from the package @iconify-json/ph; they are drawn by @resvg/resvg-wasm (MPL-2.0).
 *
 * @throws ConfigurationError for wrong options; opening it, SourceFailed where a package is not installed, with the command
 * that installs it
 * @example
 * ```ts
 * icons({ styles: ["regular", "fill"], paired: true, size: 32, channels: 1, batchSize: 16 }); // samples, regular, fill
 * ```
 */
export function icons<const Style extends IconStyle>(options: IconsOptions<Style> & { readonly paired: true }): Source<"samples" | Style>;
export function icons(options: IconsOptions & { readonly paired?: false }): Source<"samples" | "labels">;
export function icons(options: IconsOptions): Source<"samples" | "labels" | IconStyle> {
  checkOptions("icons", checks, options);
  const { styles, size, batchSize, split = "train", paired = false } = options;
  const { colour = black, background = white, channels = 3, shuffle = true } = options;
  if (new Set(styles).size !== styles.length) {
    throw new ConfigurationError("icons", [{ path: "styles", message: `expected each style once, got ${styles.join(", ")}` }]);
  }
  const load = loadedOnce(async (): Promise<ByteImages> => {
    const set = await iconSet("icons", "@iconify-json/ph");
    const columns = styles.map((style) => iconsIn(style, set).filter(({ base }) => isInSplit(base, split)));
    const raster = { size, background, colour, channels };
    if (paired) {
      const pairs = inAllStyles(columns);
      return drawnImages("icons", pairs[0]!, undefined, Object.fromEntries(styles.map((style, i) => [style, pairs[i]!])), raster);
    }
    const styleOf = new Map(columns.flatMap((column, i) => column.map((one) => [one, iconStyles.indexOf(styles[i]!)] as const)));
    const rows = withoutTwins([...styleOf.keys()]);
    const labels = { values: Uint8Array.from(rows, (row) => styleOf.get(row)!), classes: iconStyles.length };
    return drawnImages("icons", rows, labels, {}, raster);
  });
  return {
    spec: {
      name: "icons",
      options: { styles: [...styles], size, split, paired, colour: [...colour], background: [...background], channels, batchSize, shuffle },
    },
    provides: paired ? ["samples", ...styles] : ["samples", "labels"],
    batchSize,
    open: async (context) => openImages("icons", await load(), context, shuffle, undefined),
  };
}

/** The icons of one style, under the names of the icons: `acorn-fill` is the `acorn` of the style "fill". */
export function iconsIn(style: IconStyle, { drawings }: IconSet): readonly StyledDrawing[] {
  const ending = style === "regular" ? "" : `-${style}`;
  const isStyled = (name: string): boolean => iconStyles.some((one) => name.endsWith(`-${one}`) && drawings.has(name.slice(0, -one.length - 1)));
  const names = [...drawings.keys()].filter((name) => !isStyled(name));
  return names.flatMap((name) => {
    const drawing = drawings.get(`${name}${ending}`);
    return drawing === undefined ? [] : [{ name, base: name, drawing }];
  });
}

const checks = {
  styles: listOf(oneOf(...iconStyles), 1),
  size: integer(),
  batchSize: integer(),
  split: optional(oneOf("train", "test", "all")),
  paired: optional(boolean),
  colour: optional(rgbCheck),
  shuffle: optional(boolean),
  ...paperChecks,
};
