import { basename } from "node:path";
import type { OpenCheckpoints } from "../../src/game/checkpoint.ts";
import { openCheckpointFolder } from "../../src/services/checkpointFolder.ts";
import type { Files } from "../../src/services/files.ts";
import { fileError } from "../../src/services/memoryFiles.ts";
import { assert, describe, it } from "../kit/kit.ts";
import { type Operation, plantedFiles } from "./plantedFiles.ts";
import { type SimulatedDisk, simulatedDisk } from "./simulatedDisk.ts";
import { assertSame, snapshotOf } from "./snapshots.ts";

const keeping = { keep: 2, best: { metric: "fid", mode: "min" } } as const;
const fids = [0, 5, 3, 4, 2, 6, 1];
const folder = "/run";

const snapshotAt = (round: number) => snapshotOf(round, { metrics: { fid: fids[round]! } });

/** A random number generator good enough to choose what survives. */
function sequence(seed: number): () => number {
  let state = (seed * 2654435761 + 1) >>> 0;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

/** A disk on which rounds 1 to 3 were saved and that was then cut off from power in peace. */
async function usedDisk(): Promise<SimulatedDisk> {
  const disk = simulatedDisk();
  const store = await openCheckpointFolder(disk.files, folder, keeping);
  for (const round of [1, 2, 3]) await store.save(snapshotAt(round));
  await store.close();
  return disk;
}

/** Opens, saves more rounds (4 is the best so far) and closes; answers the newest that was reported as saved. */
async function play(files: Files, rounds: readonly number[]): Promise<{ saved: number; failures: unknown[] }> {
  let saved = 3;
  const failures: unknown[] = [];
  const store = await openCheckpointFolder(files, folder, keeping).catch((error: unknown) => void failures.push(error));
  if (store === undefined) return { saved, failures };
  for (const round of rounds) {
    await store.save(snapshotAt(round)).then(
      () => (saved = round),
      (error: unknown) => failures.push(error),
    );
  }
  await store.close();
  return { saved, failures };
}

/** What must hold after any misfortune: everything saved is whole, saving goes on, and no rubbish stays. */
async function assertSound(disk: SimulatedDisk, saved: number, context: string): Promise<void> {
  const store: OpenCheckpoints = await openCheckpointFolder(disk.files, folder, keeping);
  const restored = await store.latest();
  assert.ok(restored !== undefined && restored.snapshot.round >= saved, `${context}: ${restored?.snapshot.round} < ${saved}`);
  assert.deepEqual(restored.warnings, [], context);
  assertSame(restored.snapshot, snapshotAt(restored.snapshot.round));
  const names = (await disk.files.list(folder)).filter((name) => name.endsWith(".json")).map((name) => name.replace(".json", ""));
  for (const name of names) assert.ok(await store.named(name), `${context}: ${name}`);
  const best = (await store.named("best")).snapshot;
  assertSame(best, snapshotAt(best.round));
  await store.save(snapshotAt(6));
  assertSame((await store.named("best")).snapshot, snapshotAt(6));
  await store.close();
  const listed = (await disk.files.list(folder)).map((name) => name.replace(/-[0-9a-f]{12}\./, ".")).sort();
  const kept = listed.filter((name) => name.startsWith("round-"));
  assert.deepEqual(listed, ["best.json", ...kept], context);
  assert.equal(kept.length, 4, `${context}: ${kept.join(" ")}`);
}

/** Plays once per operation it takes, with that operation going wrong; answers how many there were. */
async function atEveryOperation(
  rounds: readonly number[],
  misfortune: (since: number, operation: Operation, path: string) => Error | undefined,
  check: (disk: SimulatedDisk, saved: number, context: string, failures: unknown[]) => Promise<void>,
): Promise<number> {
  const used = await usedDisk();
  for (let target = 1;; target++) {
    let [count, context] = [0, ""];
    const disk = used.copy();
    const files = plantedFiles(disk.files, (operation, path) => {
      count++;
      if (count < target) return;
      if (count === target) context = `${operation} ${basename(path)} (operation ${target})`;
      const error = misfortune(count - target, operation, path);
      if (error !== undefined) throw error;
    });
    const { saved, failures } = await play(files, rounds);
    if (count < target) return target - 1;
    await check(disk, saved, context, failures);
  }
}

describe("a checkpoint folder", () => {
  it("is whole after a power cut at any operation of opening, saving and pruning", async () => {
    const powerless = (_: number, operation: string, path: string): Error => fileError("EIO", operation, path);
    const operations = await atEveryOperation([4], powerless, async (disk, saved, context) => {
      for (const seed of [1, 2, 3]) {
        const after = disk.afterPowerCut(sequence(seed + context.length));
        // The lock would name this very process, which in a real power cut is gone; its takeover has its own tests.
        for (const name of await after.files.list(folder)) {
          if (name.startsWith("checkpoints.lock")) await after.files.remove(`${folder}/${name}`);
        }
        await assertSound(after, saved, `power cut at ${context}, seed ${seed}`);
      }
    });
    assert.ok(operations > 50, `only ${operations} operations were tried`);
  });

  for (const code of ["ENOSPC", "EIO"]) {
    it(`survives ${code} at any operation, as a typed failure or none, and goes on saving`, async () => {
      const once = (
        since: number,
        operation: string,
        path: string,
      ): Error | undefined => (since === 0 ? fileError(code, operation, path) : undefined);
      await atEveryOperation([4, 5], once, async (disk, saved, context, failures) => {
        for (const failure of failures) {
          assert.equal((failure as { _tag?: string })._tag, "CheckpointFailed", `${code} at ${context}: ${failure}`);
        }
        for (const name of await disk.files.list(folder)) {
          if (name.startsWith("checkpoints.lock")) await disk.files.remove(`${folder}/${name}`);
        }
        await assertSound(disk, saved, `${code} at ${context}`);
      });
    });
  }
});
