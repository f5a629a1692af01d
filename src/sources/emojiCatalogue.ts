import { type StyledDrawing, withoutTwins } from "./drawings.ts";
import { type IconPackage, iconSet, type IconSet } from "./iconSet.ts";

/** Whose drawings: Google's, Twitter's, Microsoft's. */
export const emojiStyles = ["noto", "twemoji", "fluent"] as const;
export type EmojiStyle = (typeof emojiStyles)[number];

/** Unicode's groups of emoji, in their order; the flags last, of which only one style has the countries'. */
export const emojiCategories = ["smileys", "people", "animals", "food", "travel", "activities", "objects", "symbols", "flags"] as const;
export type EmojiCategory = (typeof emojiCategories)[number];

export interface StyledEmoji extends StyledDrawing {
  readonly category: EmojiCategory;
}

const packages: Readonly<Record<EmojiStyle, IconPackage>> = {
  noto: "@iconify-json/noto",
  twemoji: "@iconify-json/twemoji",
  fluent: "@iconify-json/fluent-emoji-flat",
};

const groups: Readonly<Record<string, EmojiCategory>> = {
  "Smileys & Emotion": "smileys",
  "People & Body": "people",
  "Animals & Nature": "animals",
  "Food & Drink": "food",
  "Travel & Places": "travel",
  "Activities": "activities",
  "Objects": "objects",
  "Symbols": "symbols",
  "Flags": "flags",
};

/**
 * The emoji of an installed style, by name, each drawing once.
 *
 * @throws SourceFailed where the style's package is not installed, with the command that installs it
 */
export async function emojiIn(style: EmojiStyle): Promise<readonly StyledEmoji[]> {
  return cataloguedEmoji(style, await iconSet("emoji", packages[style]));
}

/** The emoji of an icon set that have a category, under the names the styles share, without twins. */
export function cataloguedEmoji(style: EmojiStyle, { drawings, categories }: IconSet): readonly StyledEmoji[] {
  const all = [...drawings].flatMap(([own, drawing]): readonly StyledEmoji[] => {
    const category = groups[categories.get(own) ?? ""];
    if (category === undefined) return [];
    const name = style === "fluent" && category === "people" ? spelledOut(own) : own;
    return [{ name, base: baseOf(name), category, drawing }];
  });
  return withoutTwins(all) as readonly StyledEmoji[];
}

const TONE = "(?:light|medium-light|medium|medium-dark|dark)";

/**
 * The emoji without its skin tones: `kiss-man-man-dark-skin-tone-light-skin-tone` is a `kiss-man-man`, and
 * `woman-dark-skin-tone-blond-hair` a `woman-blond-hair`.
 */
export function baseOf(name: string): string {
  return name.replace(new RegExp(`-${TONE}-skin-tone(?=-|$)`, "g"), "");
}

/** Fluent says `artist-medium-dark` where the others say `artist-medium-dark-skin-tone`; only of people (a `police-car-light` is a car). */
function spelledOut(name: string): string {
  const tones = new RegExp(`(?:-(?:light|medium-light|medium-dark|medium|dark))+$`).exec(name)?.[0];
  if (tones === undefined) return name;
  const each = tones.slice(1).match(/medium-light|medium-dark|medium|light|dark/g)!;
  return name.slice(0, -tones.length) + each.map((tone) => `-${tone}-skin-tone`).join("");
}
