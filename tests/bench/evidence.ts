/**
 * The evidence: training runs whose figures stand in `results/`. `npm run evidence` plays what is missing.
 *
 *   npm run evidence -- --list                              what there is to play, with its budget
 *   npm run evidence -- --tables mixtures --seeds 1,2       only these
 *   npm run evidence -- --rows "ring, R1;grid, R1" --workers 2       only these rows; two jobs at a time
 *   npm run evidence -- --full --tables stackedDigits       the published set-up of a table, where it takes days
 *   npm run evidence -- --render                            results/README.md from the lines that are there
 *
 * A job is one run with one seed. It goes on from its checkpoint where it was interrupted, appends one line to
 * `results/<table>.jsonl` when it is done, and is not done again; any number of processes may share the work.
 */
import { spawn } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { BackendChoice } from "../../src/index.ts";
import { playJob } from "./evidence/playJob.ts";
import { renderTables } from "./evidence/renderTables.ts";
import { isDone, linesOf } from "./evidence/lines.ts";
import type { Job, Table } from "./evidence/table.ts";
import { tables } from "./evidence/tables.ts";

const { values: options } = parseArgs({
  options: {
    tables: { type: "string" },
    rows: { type: "string" },
    seeds: { type: "string" },
    backend: { type: "string", default: "wasm" },
    workers: { type: "string", default: "1" },
    full: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
    render: { type: "boolean", default: false },
  },
});

const isAsked = (asked: string | undefined, name: string, separator = ","): boolean => asked === undefined || asked.split(separator).includes(name);
const pending = (): readonly { readonly table: Table; readonly job: Job }[] =>
  tables
    .filter(({ name }) => isAsked(options.tables, name))
    .flatMap((table) => (options.full ? (table.full ?? []) : table.jobs).map((job) => ({ table, job })))
    .filter(({ job }) => isAsked(options.rows, job.row, ";") && isAsked(options.seeds, String(job.seed)))
    .filter(({ table, job }) => !isDone(table, job));

if (options.list) list();
else if (options.render) renderTables(tables);
else if (Number(options.workers) > 1) await share(Number(options.workers));
else await play();

async function play(): Promise<void> {
  for (const { table, job } of pending()) {
    const line = await playJob(table, job, (job.backend ?? options.backend) as BackendChoice);
    if (line !== undefined) console.log(JSON.stringify(line));
  }
}

/** Plays in several processes; jobs are claimed, so that none is played twice. */
async function share(workers: number): Promise<void> {
  const runtime = "Deno" in globalThis ? ["run", "--allow-all"] : [];
  const passed = process.argv.slice(2).filter((argument, i, all) => argument !== "--workers" && all[i - 1] !== "--workers");
  const statuses = await Promise.all(Array.from({ length: workers }, () =>
    new Promise<number>((resolve, reject) => {
      const child = spawn(process.execPath, [...runtime, fileURLToPath(import.meta.url), ...passed], { stdio: "inherit" });
      child.on("error", reject);
      child.on("exit", (code) => resolve(code ?? 1));
    })));
  process.exitCode = Math.max(...statuses);
}

/** Runs × rounds × milliseconds: what a round took where some were played already, else about what it will. */
function list(): void {
  console.log("table | row | seeds to play | rounds | ms a round | minutes");
  let total = 0;
  for (const of of Map.groupBy(pending(), ({ table, job }) => `${table.name} | ${job.row}`).values()) {
    const { table, job } = of[0]!;
    const played = linesOf(table).filter(({ row, rounds, isResumed }) => row === job.row && rounds > 0 && isResumed !== true);
    const ms = played.length === 0 ? (job.msPerRound ?? table.msPerRound) : played.reduce((sum, line) => sum + (1_000 * line.seconds) / line.rounds / played.length, 0);
    const minutes = (of.length * job.rounds * ms) / 60_000;
    total += minutes;
    console.log(`${table.name} | ${job.row} | ${of.map((one) => one.job.seed).join(",")} | ${job.rounds} | ${ms.toFixed(0)} | ${minutes.toFixed(1)}`);
  }
  console.log(`in all ${total.toFixed(0)} minutes of one core`);
}
