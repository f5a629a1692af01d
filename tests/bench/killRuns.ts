/**
 * Kills a training run with SIGKILL at random moments, begins it again each time, and looks whether it ends where a run
 * that was never killed ends.
 *
 *   bun tests/bench/killRuns.ts [kills=200]
 *   deno run -A tests/bench/killRuns.ts [kills=200]
 *
 * The child trains the 2-D ring on `cpu` and saves every third round to a folder. After each kill the newest checkpoint
 * must be whole and no older than the last save the child reported. At the end the last child plays three rounds more,
 * and every tensor is compared, bit for bit, with those of a run of as many rounds in one piece. Prints one line of
 * JSON; exits with 1 where anything was lost.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import {
  adam, averageWeights, discriminatorStep, folder, gan, gaussian, generatorStep, memory, mixture, mlp, nonSaturating, readCheckpoint, train$,
  type Checkpoints, type Snapshot,
} from "../../src/index.ts";

const SAVE_EVERY = 3;
const training = (rounds: number, checkpoints: Checkpoints) =>
  train$(
    gan({
      data: mixture("ring", { batchSize: 16 }),
      noise: gaussian(4),
      networks: mlp({ generator: { widths: [16] }, discriminator: { widths: [16] } }),
      objective: nonSaturating(),
      optimizers: adam({ learningRate: 1e-3, beta1: 0.5 }),
      backend: "cpu",
      seed: 11,
      checkpoints,
      rounds,
    }),
    discriminatorStep(),
    generatorStep(),
    averageWeights({ halfLife: 50 }),
  );

/** What the child does: trains on, and says which rounds are safe. */
async function train(path: string, rounds: number): Promise<void> {
  for await (const event of training(rounds, folder(path, { every: SAVE_EVERY, keep: 2 }))) {
    if (event._tag === "RunStarted") process.stdout.write(`started ${event.round}\n`);
    if (event._tag === "CheckpointSaved") process.stdout.write(`saved ${event.round}\n`);
  }
}

interface Life {
  readonly startedAt: number;
  readonly saved: number;
}

/** One child, killed some random time after its start, or left to end. */
function live(path: string, rounds: number, killAfterMs: number | undefined): Promise<Life> {
  const isBun = "Bun" in globalThis;
  const self = fileURLToPath(import.meta.url);
  const child = spawn(process.execPath, [...(isBun ? [] : ["run", "-A", "--no-check"]), self, "child", path, String(rounds)], { stdio: ["ignore", "pipe", "inherit"] });
  let startedAt = -1;
  let saved = 0;
  createInterface({ input: child.stdout }).on("line", (line) => {
    const [word, round] = line.split(" ");
    if (word === "saved") saved = Number(round);
    else {
      startedAt = Number(round);
      if (killAfterMs !== undefined) setTimeout(() => child.kill("SIGKILL"), killAfterMs);
    }
  });
  return new Promise((resolve) => child.on("close", () => resolve({ startedAt, saved })));
}

const sameBits = (a: Snapshot, b: Snapshot): boolean => {
  const bytes = (values: Float32Array | Int32Array): string => Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("base64");
  return a.tensors.size === b.tensors.size && [...a.tensors].every(([name, { values }]) => b.tensors.has(name) && bytes(b.tensors.get(name)!.values) === bytes(values));
};

async function parent(kills: number): Promise<void> {
  const path = mkdtempSync(join(tmpdir(), "kill-runs-"));
  const startedAt = performance.now();
  const faults: string[] = [];
  let reported = 0;
  let lostRounds = 0;
  for (let kill = 0; kill < kills; kill++) {
    const life = await live(path, 1_000_000, 5 + Math.random() * 300);
    reported = Math.max(reported, life.saved);
    if (reported === 0) continue;
    const { snapshot, warnings } = await readCheckpoint(path);
    if (life.startedAt < 0) faults.push(`kill ${kill}: the run did not start`);
    if (snapshot.round < reported) faults.push(`kill ${kill}: round ${reported} was saved, the newest checkpoint is of round ${snapshot.round}`);
    faults.push(...warnings.map((warning) => `kill ${kill}: ${warning}`));
    lostRounds += Math.max(0, reported - snapshot.round);
  }
  const rounds = (await readCheckpoint(path)).snapshot.round + SAVE_EVERY;
  await live(path, rounds, undefined);
  const whole = memory({ every: rounds });
  for await (const event of training(rounds, whole)) void event;
  const store = await whole.open(new AbortController().signal);
  const isSame = sameBits((await readCheckpoint(path)).snapshot, (await store.latest())!.snapshot);
  await store.close();
  if (!isSame) faults.push(`after ${rounds} rounds the killed run differs from the one in one piece`);
  console.log(JSON.stringify({
    bench: "killRuns", runtime: "Bun" in globalThis ? "bun" : "deno", kills, rounds, savedRoundsLost: lostRounds, sameBitsAsUninterrupted: isSame,
    faults, seconds: Math.round((performance.now() - startedAt) / 1000),
  }));
  rmSync(path, { recursive: true });
  process.exit(faults.length === 0 ? 0 : 1);
}

const [role, ...rest] = process.argv.slice(2);
if (role === "child") await train(rest[0]!, Number(rest[1]));
else await parent(Number(role ?? 200));
