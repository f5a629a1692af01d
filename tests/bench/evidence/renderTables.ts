import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { linesOf, results, type Line } from "./lines.ts";
import { orderingsSection } from "./orderings.ts";
import type { Column, Table } from "./table.ts";

/** Writes `results/README.md`: every table with mean ± standard error over its seeds, and its pictures. */
export function renderTables(tables: readonly Table[]): void {
  const sections = tables.filter((table) => linesOf(table).length > 0).map(sectionOf);
  const about = [
    "# Results",
    "",
    "Rendered by `npm run evidence -- --render` from the JSON lines beside it, which say of each run its seed, commit, runtime,",
    "adapter and seconds. `npm run evidence` plays what is missing; it resumes, and `-- --list` says what it will cost. Figures",
    "are means ± standard errors over the seeds; one run has no error. Seconds are of shared machines, waiting included; of a",
    "run that was interrupted, of its last part.",
  ].join("\n");
  writeFileSync(join(results, "README.md"), `${[about, orderingsSection(), ...sections].join("\n\n")}\n`);
}

function sectionOf(table: Table): string {
  const groups = Map.groupBy(linesOf(table), ({ row, rounds, backend }) => JSON.stringify([row, rounds, backend]));
  const rank = ([group]: [string, Line[]]): number => [...table.jobs, ...(table.full ?? [])].findIndex(({ row }) => row === (JSON.parse(group) as [string])[0]);
  const rows = [...groups].toSorted((a, b) => rank(a) - rank(b)).map(([, lines]) => rowOf(table.columns, lines.toSorted((a, b) => a.seed - b.seed)));
  const headings = ["row", "runs", "rounds", ...table.columns.map(({ heading }) => heading), "seconds", "on"];
  const reduced = new Set(linesOf(table).flatMap(({ row, reduced: what }) => (what === undefined ? [] : [`- ${row}: ${what}`])));
  return [
    `## ${table.title}`,
    "",
    table.about.trim(),
    "",
    `\`npm run evidence -- --tables ${table.name}\``,
    "",
    rowText(headings),
    rowText(headings.map(() => "---")),
    ...rows,
    ...(reduced.size === 0 ? [] : ["", "Reduced budgets:", "", ...reduced]),
    ...picturesOf(table).flatMap((file) => ["", `![${file.replace(/\.\w+$/, "")}](pictures/${file})`]),
  ].join("\n");
}

function rowOf(columns: readonly Column[], lines: readonly Line[]): string {
  const { row, rounds, reduced } = lines[0]!;
  const figures = columns.map(({ figure, digits }) => spread(lines.map(({ measured }) => measured[figure]), digits));
  const seconds = spread(lines.map((line) => line.seconds), 0);
  return rowText([reduced === undefined ? row : `${row} (reduced)`, String(lines.length), String(rounds), ...figures, seconds, placeOf(lines)]);
}

/** Runtime and backend, and on WebGPU whose it was. */
function placeOf(lines: readonly Line[]): string {
  const places = lines.map(({ runtime, backend, adapter }) => `${runtime.split(" ")[0]} ${backend}${backend === "webgpu" ? `: ${adapter}` : ""}`);
  return [...new Set(places)].join("; ");
}

/** Mean ± standard error; a word stands for itself, and what no line measured stays empty. */
function spread(values: readonly (number | string | boolean | undefined)[], digits: number): string {
  const numbers = values.filter((value) => typeof value === "number");
  if (numbers.length === 0) return String(values.find((value) => value !== undefined) ?? "");
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  if (numbers.length === 1) return mean.toFixed(digits);
  const variance = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (numbers.length - 1);
  return `${mean.toFixed(digits)} ± ${Math.sqrt(variance / numbers.length).toFixed(digits)}`;
}

function picturesOf(table: Table): readonly string[] {
  try {
    return readdirSync(join(results, "pictures")).filter((file) => file.startsWith(`${table.name}-`)).toSorted();
  } catch {
    return [];
  }
}

const rowText = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
