import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { SourceFailed } from "../game/failure.ts";
import { loadedOnce } from "./loadedOnce.ts";
import { packageFolder } from "./packageFolder.ts";

/** One drawing of an icon set: what stands between `<svg>` and `</svg>`, and the view box it is drawn in. */
export interface IconDrawing {
  readonly body: string;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The drawings of one package, by name. */
export interface IconSet {
  readonly drawings: ReadonlyMap<string, IconDrawing>;
  /** The category of each name, where the package sorts its drawings into categories. */
  readonly categories: ReadonlyMap<string, string>;
}

/** What the packages' icons.json and metadata.json hold, as far as it is read here. */
interface IconFile {
  readonly width?: number;
  readonly height?: number;
  readonly icons: Readonly<Record<string, Partial<IconDrawing> & { readonly body: string; readonly hidden?: boolean }>>;
}
interface MetadataFile {
  readonly categories?: Readonly<Record<string, readonly string[]>>;
}

/** The packages that were tried out, and their versions. */
const versions = {
  "@iconify-json/noto": "1.2.9",
  "@iconify-json/twemoji": "1.2.5",
  "@iconify-json/fluent-emoji-flat": "1.2.6",
  "@iconify-json/ph": "1.2.2",
} as const;

export type IconPackage = keyof typeof versions;

const loaded = new Map<IconPackage, () => Promise<IconSet>>();

/**
 * The drawings of an installed icon package, read once per process.
 *
 * Hidden drawings are left out (what an emoji looked like before it was renamed: it would stand beside its successor), and
 * so are aliases, second names of a drawing.
 *
 * @param source who asks, for the errors
 * @throws SourceFailed where the package is not installed (with the command that installs it) or damaged
 */
export function iconSet(source: string, name: IconPackage): Promise<IconSet> {
  const load = loaded.get(name) ?? loadedOnce(() => readIconSet(source, name));
  loaded.set(name, load);
  return load();
}

async function readIconSet(source: string, name: IconPackage): Promise<IconSet> {
  const folder = packageFolder(source, name, versions[name]);
  const [icons, metadata] = await Promise.all([
    readJson<IconFile>(source, join(folder, "icons.json")),
    readJson<MetadataFile>(source, join(folder, "metadata.json")),
  ]);
  return parseIconSet(icons, metadata);
}

/** The drawings of an icon file in their view boxes, without the hidden ones. The format's side is 16 unless it says. */
export function parseIconSet({ width = 16, height = 16, icons }: IconFile, { categories = {} }: MetadataFile = {}): IconSet {
  const shown = Object.entries(icons).filter(([, { hidden }]) => hidden !== true);
  return {
    drawings: new Map(shown.map(([name, icon]) => [name, {
      body: icon.body,
      left: icon.left ?? 0,
      top: icon.top ?? 0,
      width: icon.width ?? width,
      height: icon.height ?? height,
    }])),
    categories: new Map(Object.entries(categories).flatMap(([category, names]) => names.map((name) => [name, category]))),
  };
}

async function readJson<T>(source: string, path: string): Promise<T> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as T;
  } catch (cause) {
    throw new SourceFailed(source, `${path}: cannot be read (${cause instanceof Error ? cause.message : String(cause)}); install the package again`, cause);
  }
}
