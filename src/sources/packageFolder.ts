import { createRequire } from "node:module";
import process from "node:process";
import { dirname, join } from "node:path";
import { SourceFailed } from "../game/failure.ts";

/**
 * Folder of an installed package (data, or what draws them), looked for beside this library and then from the working
 * folder.
 *
 * @param file one of the files in that folder that the package lets others import
 * @throws SourceFailed with the commands that install it
 */
export function packageFolder(source: string, name: string, version: string, file = "package.json"): string {
  const places = [import.meta.url, join(process.cwd(), "package.json")];
  for (const place of places) {
    try {
      return dirname(createRequire(place).resolve(`${name}/${file}`));
    } catch {
      // Not there: the next place, or the error below.
    }
  }
  const wanted = `${name}@${version}`;
  throw new SourceFailed(
    source,
    `needs the package ${wanted}, which is not installed; install it with "bun add ${wanted}", "deno add npm:${wanted}" or "npm install ${wanted}"`,
  );
}
