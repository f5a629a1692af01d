import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** The TypeScript code blocks of a Markdown text, in order. */
export function codeBlocks(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code!);
}

/**
 * The TypeScript blocks of a Markdown file as one module, run. It is written outside the package, so packages it names are
 * found from here.
 */
export async function runCodeBlocks(markdownPath: string): Promise<Readonly<Record<string, unknown>>> {
  const code = codeBlocks(readFileSync(markdownPath, "utf8")).join("\n");
  const resolved = code.replace(/(from\s+)"((?:saddlepoint|rxjs)[^"]*)"/g, (_, from: string, name: string) => `${from}${JSON.stringify(import.meta.resolve(name))}`);
  const folder = mkdtempSync(join(tmpdir(), "saddlepoint-"));
  try {
    const file = join(folder, "blocks.ts");
    writeFileSync(file, resolved);
    return await import(pathToFileURL(file).href) as Readonly<Record<string, unknown>>;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
