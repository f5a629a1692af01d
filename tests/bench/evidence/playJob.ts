import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { openDevice, type BackendChoice } from "../../../src/index.ts";
import { isDone, keepLine, results, type Line } from "./lines.ts";
import type { Job, Measured, Table } from "./table.ts";

/** Of the code that this process has loaded, whatever is checked out later. */
const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: results, encoding: "utf8" }).trim();

/** Plays a job and keeps its line; nothing where another process plays it or has just done so. */
export async function playJob(table: Table, job: Job, backend: BackendChoice): Promise<Line | undefined> {
  const folder = join(tmpdir(), "saddlepoint-evidence", `${table.name}-${job.row}-${job.seed}`.replaceAll(/[^\w.-]+/g, "-"));
  mkdirSync(folder, { recursive: true });
  const isResumed = existsSync(join(folder, "checkpoints"));
  if (!claim(join(folder, "claim")) || isDone(table, job)) return undefined;
  // Open for the whole job, so that its runs and its measuring share one.
  const device = await openDevice(backend);
  const startedAt = performance.now();
  try {
    const measured = await job.run({ folder, backend, picture: (name) => pictureOf(table, name) });
    const { runtime, backend: name, adapter } = device.description;
    const line: Line = {
      row: job.row,
      seed: job.seed,
      rounds: job.rounds,
      ...(job.reduced === undefined ? {} : { reduced: job.reduced }),
      measured: rounded(measured),
      seconds: Math.round((performance.now() - startedAt) / 1_000),
      ...(isResumed ? { isResumed } : {}),
      commit,
      runtime,
      backend: name,
      adapter: adapter ?? "none",
    };
    keepLine(table, line);
    rmSync(folder, { recursive: true, force: true });
    return line;
  } finally {
    await device.close();
    rmSync(join(folder, "claim"), { force: true });
  }
}

/** One process at a time plays a job; the claim of a process that has ended is void. */
function claim(path: string): boolean {
  try {
    writeFileSync(path, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as { code?: string }).code !== "EEXIST") throw error;
  }
  if (isRunning(Number(readFileSync(path, "utf8")))) return false;
  rmSync(path, { force: true });
  return claim(path);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function pictureOf(table: Table, name: string): string {
  const folder = join(results, "pictures");
  mkdirSync(folder, { recursive: true });
  return join(folder, `${table.name}-${name}.png`);
}

function rounded(measured: Measured): Measured {
  return Object.fromEntries(
    Object.entries(measured).map(([name, value]) => [name, typeof value === "number" ? Number(value.toPrecision(6)) : value]),
  );
}
