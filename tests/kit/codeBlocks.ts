import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** The TypeScript code blocks of a Markdown text, in order. */
export function codeBlocks(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code!);
}

/** The blocks as one module: what several of them import stands there once, and packages they name are found from here. */
export function asModule(blocks: readonly string[]): string {
  const imports = /^import \{([^}]*)\} from "([^"]+)";\n/gm;
  const named = new Map<string, Set<string>>();
  for (const [, names, from] of blocks.join("\n").matchAll(imports)) {
    const known = named.get(from!) ?? new Set<string>();
    for (const name of names!.split(",").map((each) => each.trim())) if (name !== "") known.add(name);
    named.set(from!, known);
  }
  const heads = [...named].map(([from, names]) => `import { ${[...names].join(", ")} } from ${JSON.stringify(import.meta.resolve(from))};`);
  return [...heads, ...blocks.map((block) => block.replaceAll(imports, ""))].join("\n");
}

/**
 * The TypeScript blocks of a Markdown file, run. A run that is subscribed to is only put together, where `isPlayed` is false:
 * everything up to its first round is checked then.
 */
export async function runCodeBlocks(path: string, { isPlayed = true } = {}): Promise<Readonly<Record<string, unknown>>> {
  const code = asModule(codeBlocks(readFileSync(path, "utf8")));
  const folder = mkdtempSync(join(tmpdir(), "saddlepoint-"));
  try {
    const file = join(folder, "blocks.ts");
    // A call of what is not there: neither it nor its arguments are evaluated.
    writeFileSync(file, isPlayed ? code : code.replaceAll(".subscribe(", ".notPlayed?.("));
    return (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
