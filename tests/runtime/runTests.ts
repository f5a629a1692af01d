/**
 * All suites on both runtimes: every test file in a process of its own, two at a time, and a closing line that counts
 * them. Started by testAll.mjs, which brings the packages.
 */
import { availableParallelism, tmpdir } from "node:os";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type AdapterReport, bringAdapters } from "./adapters.ts";
import { bringChromium } from "./chromium.ts";
import type { Counts } from "./countTests.ts";
import { runProcess, stopAll } from "./runProcess.ts";
import { type Outcome, runSuite, type Runtime } from "./runSuite.ts";

const usage = `npm test -- [--runtime bun|deno] [--filter words]
  --runtime  only on this runtime
  --filter   only the files with these words in their path (may be given several times); "type-check" is the type-check
With SADDLEPOINT_TEST_BACKENDS=cpu,wasm in the environment the suites leave WebGPU out.
With CI=true a missing WebGPU adapter is a failure.`;

const root = fileURLToPath(new URL("../..", import.meta.url));
const results = join(root, "tests/.results");
const nothing: Counts = { passed: 0, failed: 0, skipped: 0 };
const fileTimeoutMs = 240_000;
/** What has not begun by then is not begun, so that the closing line comes within 25 minutes. */
const budgetMs = 20 * 60_000;

interface Job {
  readonly runtime: string;
  readonly name: string;
  run(): Promise<Outcome>;
}

process.exitCode = await main().catch((problem: unknown) => {
  stopAll();
  return close(complain(problem instanceof Error ? problem.message : String(problem)));
});

/** What the command line asks for. `--deno` is the path that testAll.mjs found. */
function readOptions() {
  const { values } = parseArgs({
    options: {
      runtime: { type: "string" },
      filter: { type: "string", multiple: true },
      deno: { type: "string", default: "deno" },
      help: { type: "boolean" },
    },
  });
  return values;
}

async function main(): Promise<number> {
  const options = readOptions();
  if (options.help === true) {
    console.log(usage);
    return 0;
  }
  const startedAt = performance.now();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      stopAll();
      process.exit(130);
    });
  }
  rmSync(results, { recursive: true, force: true });
  const env = { XDG_RUNTIME_DIR: tmpdir(), ...process.env, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" };
  const runtimes = runtimesWanted(options);
  const isWanted = (name: string): boolean => options.filter === undefined || options.filter.some((words) => name.includes(words));
  const files = testFiles().filter(isWanted);
  const totals = { passed: 0, failed: 0, skipped: 0 };

  if (files.length > 0 && isWebgpuWanted()) {
    for (const report of await bringAdapters(runtimes, { root, results, env })) add(totals, tell(report));
  }
  if (files.some((file) => file.endsWith("Browser.test.ts"))) {
    const { executable, problem } = await bringChromium({ root, results });
    console.log(executable === undefined ? `Browser suites are skipped: ${problem}` : `Browser at ${executable}`);
  }
  const typeChecks = runtimes.map(({ name, executable }): Job => {
    const folders = ["src", "plugins", "examples", "tests"].filter((folder) => existsSync(join(root, folder)));
    const command = name === "bun" ? [join(root, "node_modules/typescript/bin/tsc"), "--noEmit"] : ["check", ...folders];
    return { runtime: name, name: "type-check", run: () => checkTypes(name, [executable, ...command], env) };
  });
  const suites = files.flatMap((file) =>
    runtimes.map((runtime): Job => ({ runtime: runtime.name, name: file, run: () => runSuite(file, runtime, { root, results, env, timeoutMs: fileTimeoutMs }) })),
  );
  const jobs = typeChecks.filter(({ name }) => isWanted(name)).concat(suites);
  if (jobs.length === 0) add(totals, complain(`no test file has ${options.filter?.join(" or ")} in its path`));
  const waiting = jobs.values();
  const work = async (): Promise<void> => {
    for (const job of waiting) {
      const isLate = performance.now() - startedAt > budgetMs;
      add(totals, isLate ? complain(`${job.runtime} ${job.name}: not begun, the time for all tests is up`) : show(job, await job.run()));
    }
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work));

  console.log(`\n${((performance.now() - startedAt) / 1000).toFixed(0)} s; logs in ${results}`);
  return close(totals);
}

/** Prints the closing line and answers the exit code. */
function close({ passed, failed, skipped }: Counts): number {
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  return failed > 0 ? 1 : 0;
}

function runtimesWanted({ runtime, deno }: ReturnType<typeof readOptions>): readonly Runtime[] {
  const both: readonly Runtime[] = [
    { name: "bun", executable: process.execPath },
    { name: "deno", executable: deno },
  ];
  const wanted = both.filter(({ name }) => runtime === undefined || runtime === name);
  if (wanted.length === 0) throw new Error(`--runtime: expected bun or deno, got ${runtime}`);
  return wanted;
}

function testFiles(): readonly string[] {
  return readdirSync(join(root, "tests"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => `tests/${file.replaceAll("\\", "/")}`)
    .sort();
}

function isWebgpuWanted(): boolean {
  const backends = process.env["SADDLEPOINT_TEST_BACKENDS"];
  return backends === undefined || backends === "" || backends.split(",").some((name) => name.trim() === "webgpu");
}

/** Says what a runtime has for WebGPU. The suites find out for themselves and show what they skip. */
function tell({ runtime, adapter, problem }: AdapterReport): Counts {
  if (adapter !== undefined) {
    console.log(`${runtime.padEnd(5)} WebGPU on ${adapter}`);
    return nothing;
  }
  if (process.env["CI"] === "true") return complain(`${runtime} has no WebGPU adapter, and with CI=true it must. ${problem}`);
  console.log(`${runtime.padEnd(5)} WebGPU suites are skipped: ${problem}`);
  return nothing;
}

/** By TypeScript itself on Bun, and by the one Deno brings. Counts as one test each. */
async function checkTypes(name: string, command: [string, ...string[]], env: Readonly<Record<string, string | undefined>>): Promise<Outcome> {
  const log = join(results, `type-check-${name}.log`);
  const { problem, seconds } = await runProcess(command, { cwd: root, env, log, timeoutMs: fileTimeoutMs });
  return problem === undefined ? { passed: 1, failed: 0, skipped: 0, seconds, log } : { passed: 0, failed: 1, skipped: 0, problem, seconds, log };
}

/** Prints the line of a job that is over and, where it failed, what it printed itself, passed tests left out. */
function show({ runtime, name }: Job, outcome: Outcome): Counts {
  const counts = [`${outcome.passed} passed`, `${outcome.failed} failed`, `${outcome.skipped} skipped`].filter((words) => !words.startsWith("0 "));
  const line = `${runtime.padEnd(5)} ${name.padEnd(50)} ${counts.join(", ")}  (${outcome.seconds.toFixed(1)} s)`;
  if (outcome.failed === 0) {
    console.log(line);
    return outcome;
  }
  const lines = readFileSync(outcome.log, "utf8").trimEnd().split("\n").filter((text) => !/^\(pass\)|^Check | \.\.\. ok \(/.test(text));
  const tail = lines.slice(-150).map((text) => `      | ${text}`);
  console.log([`${line}  FAILED${outcome.problem === undefined ? "" : `: ${outcome.problem}`}`, ...tail].join("\n"));
  return outcome;
}

function complain(words: string): Counts {
  console.log(`FAILED: ${words}`);
  return { ...nothing, failed: 1 };
}

function add(totals: { passed: number; failed: number; skipped: number }, { passed, failed, skipped }: Counts): void {
  totals.passed += passed;
  totals.failed += failed;
  totals.skipped += skipped;
}
