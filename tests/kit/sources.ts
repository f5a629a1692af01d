import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Root of the repository. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

/** Source files below these folders of the repository, by path: `src/train.ts` → its text. */
export function sourcesBelow(...folders: readonly string[]): ReadonlyMap<string, string> {
  const files = folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((file) => `${folder}/${file.replaceAll("\\", "/")}`))
    .filter((file) => /\.(ts|mjs|js)$/.test(file) && !file.includes("/."))
    .sort();
  return new Map(files.map((file) => [file, readFileSync(join(root, file), "utf8")]));
}

/** Specifiers of all modules that a source imports, exports from or loads, types included. */
export function importsOf(source: string): readonly string[] {
  return [...source.matchAll(statement), ...source.matchAll(call)].map((match) => match[1]!);
}

// Anchored to the start of a line, so that an example in a doc comment is none.
const names = String.raw`(?:type\s+)?(?:[\w$]+\s*,\s*)?(?:[\w$]+|\*(?:\s*as\s+[\w$]+)?|\{[^}]*\})\s*from\s*`;
const statement = new RegExp(String.raw`^(?:import|export)\s*(?:${names})?["']([^"']+)["']`, "gm");
const call = /^(?!\s*(?:\*|\/\/)).*?\bimport\(\s*["']([^"']+)["']/gm;
