import { readFileSync, writeFileSync } from "node:fs";
import type { CostLine } from "../deviceCosts.ts";

const HEADING = /^\| device \| file \|.*$/m;

/**
 * Writes the cost column of the table of devices: for each backend the newest median and its quartiles. Rows whose device was not
 * measured have a dash. The column is made where it is not there.
 */
export function renderCosts(lines: readonly CostLine[], path: string): void {
  const text = readFileSync(path, "utf8");
  const start = text.search(HEADING);
  if (start < 0) throw new Error(`${path}: expected a table that begins with "| device | file |"`);
  const table = text.slice(start).split("\n\n")[0]!;
  const rows = table.trimEnd().split("\n").map((row) => row.slice(1, -1).split("|").map((cell) => cell.trim()));
  const [heading] = rows as [string[]];
  const backends = [...new Set(lines.map(({ backend }) => backend))];
  const old = heading.flatMap((name, column) => (name.startsWith("cost") ? [column] : []));
  const place = heading.indexOf("reference") + 1;
  const cells = (row: readonly string[], index: number): readonly string[] =>
    backends.map((backend) => {
      if (index === 0) return `cost, ${backend}`;
      if (index === 1) return "---";
      const line = lines.findLast((one) => one.device === row[0] && one.backend === backend);
      return line === undefined ? "–" : `${line.ratio.toFixed(2)} (${line.quartiles.map((value) => value.toFixed(2)).join("–")})`;
    });
  const rendered = rows.map((row, index) => {
    const kept = row.filter((_, column) => !old.includes(column));
    const made = [...kept.slice(0, place), ...cells(row, index), ...kept.slice(place)];
    return index === 1 ? `|${made.join("|")}|` : `| ${made.join(" | ")} |`;
  });
  writeFileSync(path, text.replace(table.trimEnd(), () => rendered.join("\n")));
}
