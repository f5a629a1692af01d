import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Job, Measured, Table } from "./table.ts";

/** A job that was played: what it measured, and where. */
export interface Line {
  readonly row: string;
  readonly seed: number;
  readonly rounds: number;
  readonly reduced?: string;
  readonly measured: Measured;
  readonly seconds: number;
  /** True of a job that was interrupted: `seconds` are those of its last part. */
  readonly isResumed?: boolean;
  readonly commit: string;
  readonly runtime: string;
  readonly backend: string;
  readonly adapter: string;
}

/** Where lines and pictures are kept. */
export const results = fileURLToPath(new URL("../results/", import.meta.url));

const fileOf = (table: Table): string => `${results}${table.name}.jsonl`;

/** What was played of a table, in the order in which it ended. */
export function linesOf(table: Table): readonly Line[] {
  if (!existsSync(fileOf(table))) return [];
  return readFileSync(fileOf(table), "utf8").split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as Line);
}

/** Keeps a line; one write, so that processes that share the work do not mix theirs. */
export function keepLine(table: Table, line: Line): void {
  mkdirSync(results, { recursive: true });
  appendFileSync(fileOf(table), `${JSON.stringify(line)}\n`);
}

/** Whether a job stands in the results. A changed budget is another job. */
export function isDone(table: Table, job: Job): boolean {
  return linesOf(table).some((line) => line.row === job.row && line.seed === job.seed && line.rounds === job.rounds);
}
