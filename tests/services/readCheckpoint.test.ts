import { mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCheckpointFolder } from "../../src/services/checkpointFolder.ts";
import { memoryFiles } from "../../src/services/memoryFiles.ts";
import { readCheckpoint, readCheckpointFrom } from "../../src/services/readCheckpoint.ts";
import { folder } from "../../src/sources/folder.ts";
import { after, assert, before, describe, it } from "../kit/kit.ts";
import { plantedFiles } from "./plantedFiles.ts";
import { assertSame, snapshotOf } from "./snapshots.ts";

const root = mkdtempSync(join(tmpdir(), "saddlepoint-read-"));
const path = join(root, "run");
after(() => rmSync(root, { recursive: true, force: true }));
const never = new AbortController().signal;
const rated = (round: number) => snapshotOf(round, { metrics: { fid: Math.abs(round - 2) } });

before(async () => {
  const store = await folder(path, { every: 1, best: { metric: "fid", mode: "min" } }).open(never);
  for (const round of [1, 2, 3]) await store.save(rated(round));
  await store.close();
});

describe("readCheckpoint", () => {
  it("reads the newest, the best and any by name, from the folder or from a manifest", async () => {
    for (
      const [read, round] of [
        [readCheckpoint(path), 3],
        [readCheckpoint(path, "latest"), 3],
        [readCheckpoint(path, "best"), 2],
        [readCheckpoint(path, "round-000001"), 1],
        [readCheckpoint(join(path, "best.json")), 2],
        [readCheckpoint(join(path, "round-000001.json")), 1],
      ] as const
    ) {
      const { snapshot, warnings } = await read;
      assertSame(snapshot, rated(round));
      assert.deepEqual(warnings, []);
    }
  });

  it("needs no lock, and takes none", async () => {
    const store = await folder(path, { every: 1, keep: 9 }).open(never);
    const files = readdirSync(path);
    assert.equal((await readCheckpoint(path)).snapshot.round, 3);
    assert.deepEqual(readdirSync(path), files);
    await store.close();
  });

  it("passes over a damaged one with a warning", async () => {
    const damaged = join(root, "damaged");
    const store = await folder(damaged, { every: 1 }).open(never);
    for (const round of [1, 2]) await store.save(snapshotOf(round));
    await store.close();
    truncateSync(join(damaged, readdirSync(damaged).find((file) => file.startsWith("round-000002-"))!), 8);
    const { snapshot, warnings } = await readCheckpoint(damaged);
    assert.equal(snapshot.round, 1);
    assert.match(warnings.join(), /round-000002 is damaged .* has 8 bytes/);
    await assert.rejects(readCheckpoint(damaged, "round-000002"), { _tag: "CheckpointFailed", reason: "damaged" });
  });

  it("looks again where a run that goes on removed what it was about to read", async () => {
    const files = memoryFiles();
    const store = await openCheckpointFolder(files, "run", { keep: 1 });
    await store.save(snapshotOf(1));
    let saving: Promise<unknown> | undefined;
    const moving = plantedFiles(files, (operation, at) => {
      if (operation === "open" && at.endsWith(".safetensors")) saving ??= store.save(snapshotOf(2));
    });
    // The tensors are opened only after the save has replaced them.
    const slow = {
      ...moving,
      open: async (...of: Parameters<typeof files.open>) => (await moving.open(...of).finally(() => saving), files.open(...of)),
    };
    assert.equal((await readCheckpointFrom(slow, "run", "latest")).snapshot.round, 2);
    await store.close();
  });

  it("says what is missing", async () => {
    mkdirSync(join(root, "empty"));
    writeFileSync(join(root, "file"), "");
    const missing = { _tag: "CheckpointFailed", reason: "missing" };
    await assert.rejects(readCheckpoint(join(root, "empty")), {
      ...missing,
      message: /empty: expected a checkpoint, found none; train with/,
    });
    await assert.rejects(readCheckpoint(join(root, "nowhere")), { ...missing, message: /nowhere is not there/ });
    await assert.rejects(readCheckpoint(join(root, "nowhere", "best.json")), missing);
    await assert.rejects(readCheckpoint(path, "round-000009"), {
      ...missing,
      message: /there are best, round-000001, round-000002, round-000003/,
    });
    await assert.rejects(readCheckpoint(join(root, "file")), {
      _tag: "CheckpointFailed",
      reason: "read",
      message: /a file stands where a folder is wanted/,
    });
  });
});
