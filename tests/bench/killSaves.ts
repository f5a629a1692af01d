/**
 * Kills a saving process with SIGKILL at random moments and looks whether anything that was reported as saved is lost.
 *
 * ```
 * bun tests/bench/killSaves.ts [kills=200]
 * deno run -A tests/bench/killSaves.ts [kills=200]
 * ```
 *
 * A child process (of the same runtime) resumes from the folder and saves one round after another, reporting each save
 * once its promise has resolved. After every kill the parent takes over the child's lock and asks for the latest
 * checkpoint, which must be whole, without a warning, and no older than the last one reported; what it holds must be
 * what that round holds, number for number. Prints one line of JSON; exits with 1 where anything was lost.
 *
 * A kill leaves what the kernel has buffered; what a power cut leaves is simulated in tests/services/powerCut.test.ts.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { arch, cpus, platform, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Restored, SavedTensor, Snapshot } from "../../src/game/checkpoint.ts";
import { isTemporaryFile, nameOfManifest } from "../../src/services/checkpointNames.ts";
import { readCheckpoint } from "../../src/services/readCheckpoint.ts";
import { folder } from "../../src/sources/folder.ts";

const sizes = [1 << 17, 1 << 15, 1000, 1, 0];
const never = new AbortController().signal;
const storeAt = (path: string) => folder(path, { every: 1, keep: 2, best: { metric: "fid", mode: "min" } });

function snapshotOf(round: number, extents: readonly number[] = sizes): Snapshot {
  const tensors = extents.map((size, index): [string, SavedTensor] => {
    const values = Int32Array.from({ length: size }, (_, at) => Math.imul(round + 1, 2654435761) + at * (index + 1));
    return [`parameters/generator/${index}`, { shape: [size], dtype: "int32", values }];
  });
  return {
    round,
    configuration: { name: "kill saves" },
    provenance: {},
    state: { round, words: Array.from({ length: 50 }, (_, index) => round * 1000 + index) },
    metrics: { fid: Math.abs(Math.sin(round)) },
    tensors: new Map(tensors),
  };
}

/** What is wrong with a restored snapshot, by what its round must hold. */
function fault({ snapshot, warnings }: Restored): string | undefined {
  const expected = snapshotOf(snapshot.round);
  if (warnings.length > 0) return warnings.join("; ");
  if (JSON.stringify({ ...snapshot, tensors: null }) !== JSON.stringify({ ...expected, tensors: null })) {
    return `the state of round ${snapshot.round} is another`;
  }
  for (const [name, { values }] of expected.tensors) {
    const found = snapshot.tensors.get(name)?.values;
    if (found?.length !== values.length || found.some((value, index) => value !== values[index])) {
      return `${name} of round ${snapshot.round} is another`;
    }
  }
  return undefined;
}

/** The best must be whole too, and at least as good as every round that was reported. */
async function bestFaults(path: string, reported: number): Promise<readonly string[]> {
  const best = await readCheckpoint(path, "best");
  const rated = Array.from({ length: reported }, (_, index) => snapshotOf(index + 1, []).metrics["fid"]!);
  const isWorse = best.snapshot.metrics["fid"]! > Math.min(...rated);
  return [fault(best), isWorse ? `round ${best.snapshot.round} is not the best of ${reported}` : undefined].filter((found) =>
    found !== undefined
  );
}

async function child(path: string): Promise<never> {
  const store = await storeAt(path).open(never);
  let round = (await store.latest())?.snapshot.round ?? 0;
  process.stdout.write("open\n");
  for (;;) {
    await store.save(snapshotOf(++round));
    process.stdout.write(`${round}\n`);
  }
}

/** Runs a child until it is killed, so many milliseconds after it opened the folder; answers the last round it reported. */
async function killedChild(path: string, afterMs: number): Promise<number> {
  const script = fileURLToPath(import.meta.url);
  const args = "Bun" in globalThis ? [script] : ["run", "-A", "--no-check", script];
  const running: ChildProcess = spawn(process.execPath, [...args, "child", path], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => running.once("exit", (_, signal) => resolve(signal)));
  let reported = 0;
  const lines = createInterface({ input: running.stdout! });
  const read = new Promise<void>((resolve) => lines.once("close", resolve));
  lines.on("line", (line) => {
    if (line === "open") setTimeout(() => running.kill("SIGKILL"), afterMs);
    else reported = Number(line);
  });
  const signal = await ended;
  await read;
  if (signal !== "SIGKILL") throw new Error(`the child ended by itself before it was killed (signal ${signal})`);
  return reported;
}

async function main(kills: number): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "saddlepoint-kill-"));
  const path = join(root, "run");
  const startedAt = performance.now();
  const faults: string[] = [];
  let [saved, acknowledged, midSave] = [0, 0, 0];
  for (let kill = 1; kill <= kills; kill++) {
    const reported = await killedChild(path, Math.random() * 80);
    saved = Math.max(saved, reported);
    const listed = readdirSync(path);
    const manifests = listed.filter((file) => (nameOfManifest(file) ?? "best") !== "best").length;
    const tensors = listed.filter((file) => file.endsWith(".safetensors")).length;
    if (listed.some(isTemporaryFile) || tensors > manifests + 1) midSave++;
    const [unlocked, store] = [await readCheckpoint(path).catch(() => undefined), await storeAt(path).open(never)];
    const restored = await store.latest().finally(() => store.close());
    const round = restored?.snapshot.round ?? 0;
    if (round < saved) faults.push(`kill ${kill}: round ${saved} was reported as saved, ${round} is the latest`);
    if (restored !== undefined) {
      faults.push(...[fault(restored)].filter((found) => found !== undefined).map((found) => `kill ${kill}: ${found}`));
    }
    if (unlocked?.snapshot.round !== restored?.snapshot.round) faults.push(`kill ${kill}: read without the lock the latest is another`);
    acknowledged = Math.max(acknowledged, reported);
    faults.push(...(acknowledged === 0 ? [] : await bestFaults(path, acknowledged)).map((found) => `kill ${kill}: best: ${found}`));
    saved = Math.max(saved, round);
  }
  rmSync(root, { recursive: true, force: true });
  const bytes = sizes.reduce((sum, size) => sum + size * 4, 0);
  const seconds = Number(((performance.now() - startedAt) / 1000).toFixed(1));
  const runtime = "Bun" in globalThis ? `bun ${process.versions["bun"]}` : `deno ${process.versions["deno"]}`;
  const machine = `${platform()} ${arch()}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown"}`;
  console.log(
    JSON.stringify({
      bench: "killSaves",
      runtime,
      machine,
      kills,
      midSave,
      roundsSaved: saved,
      bytesPerSave: bytes,
      lost: faults.length,
      seconds,
    }),
  );
  for (const found of faults) console.error(found);
  process.exitCode = faults.length === 0 ? 0 : 1;
}

const [mode, path] = process.argv.slice(2);
if (mode === "child") await child(path!);
else await main(Number(mode ?? 200));
