import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Counts, countTests } from "./countTests.ts";
import { runProcess } from "./runProcess.ts";

/** A runtime suites run on. */
export interface Runtime {
  readonly name: "bun" | "deno";
  readonly executable: string;
}

/** What became of one test file on one runtime. */
export interface Outcome extends Counts {
  /** Why more failed than tests say: a crash, a time-out, no report, no test. */
  readonly problem?: string;
  readonly seconds: number;
  /** File with all it printed. */
  readonly log: string;
}

export interface SuiteOptions {
  /** Folder the file's path is relative to. */
  readonly root: string;
  /** Folder for logs and reports. */
  readonly results: string;
  readonly timeoutMs: number;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs one test file in a process of its own and counts its tests. What ends without a whole report of at least one test
 * counts as a failure, and so does an exit that the report does not explain.
 *
 * A process that a signal ends after a whole report in which every test passed is run once more, and says so: Deno with a
 * software Vulkan driver aborts now and then while it exits ("double free or corruption", one in some hundred files). What
 * crashes twice has failed.
 */
export async function runSuite(file: string, runtime: Runtime, options: SuiteOptions): Promise<Outcome> {
  const first = await runOnce(file, runtime, options);
  const isAbortAtExit = first.problem?.startsWith("SIG") === true && first.passed > 0 && first.failed === 1;
  if (!isAbortAtExit) return first;
  console.log(`${runtime.name.padEnd(5)} ${file} passed and then ended by ${first.problem}; once more`);
  return runOnce(file, runtime, options);
}

async function runOnce(file: string, runtime: Runtime, { root, results, timeoutMs, env = process.env }: SuiteOptions): Promise<Outcome> {
  const folder = join(results, runtime.name);
  const name = file.replaceAll(/[\\/]/g, "-");
  const report = join(folder, `${name}.xml`);
  const log = join(folder, `${name}.log`);
  mkdirSync(folder, { recursive: true });
  rmSync(report, { force: true });
  const { problem, hasExited, seconds } = await runProcess(command(runtime, file, report, timeoutMs), { cwd: root, env, log, timeoutMs });
  const counts = countTests(textOf(report), runtime.name);
  const ran = counts.passed + counts.failed + counts.skipped;
  const failure = (words: string): Outcome => ({ ...counts, failed: counts.failed + 1, problem: words, seconds, log });
  if (problem !== undefined && !hasExited) return failure(problem);
  if (problem !== undefined && counts.failed === 0) return failure(`${problem} with no failed test in the report: an error outside of the tests`);
  if (ran === 0) return failure(textOf(report) === "" ? "ended early, without a report" : "holds no test");
  if (problem === undefined && counts.failed > 0) return failure("failed tests, yet exit code 0");
  return { ...counts, seconds, log };
}

function command({ name, executable }: Runtime, file: string, report: string, timeoutMs: number): [string, ...string[]] {
  return name === "bun"
    ? [executable, "test", `--timeout=${timeoutMs}`, "--reporter=junit", `--reporter-outfile=${report}`, `./${file}`]
    : [executable, "test", "--allow-all", "--no-check", `--junit-path=${report}`, `./${file}`];
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
