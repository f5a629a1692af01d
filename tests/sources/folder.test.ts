import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { folder } from "../../src/sources/folder.ts";
import { describeStore } from "../contracts/describeStore.ts";
import { after, assert, describe, it } from "../kit/kit.ts";
import { snapshotOf } from "../services/snapshots.ts";

const root = mkdtempSync(join(tmpdir(), "saddlepoint-folder-"));
after(() => rmSync(root, { recursive: true, force: true }));
const never = new AbortController().signal;

describeStore("folder", (place, options) => folder(join(root, place), options));

describe("folder", () => {
  it("keeps three where it is not told otherwise, and two files for each", async () => {
    const path = join(root, "deep", "below", "digits");
    const store = await folder(path, { every: 1 }).open(never);
    for (const round of [1, 2, 3, 4]) await store.save(snapshotOf(round));
    await store.close();
    const pattern = (file: string): string => file.replace(/-[0-9a-f]{12}\./, ".");
    assert.deepEqual(readdirSync(path).map(pattern).sort(), [
      "round-000002.json",
      "round-000002.safetensors",
      "round-000003.json",
      "round-000003.safetensors",
      "round-000004.json",
      "round-000004.safetensors",
    ]);
  });

  it("leaves everything alone that is not its own", async () => {
    const path = join(root, "shared");
    const store = await folder(path, { every: 1, keep: 1 }).open(never);
    const others = [
      "samples-000500.png",
      "events.jsonl",
      "notes.json",
      "weights.safetensors",
      "round-1.json",
      "x.tmp",
      "round-000001-mine.safetensors",
    ];
    for (const name of others) writeFileSync(join(path, name), "not yours");
    for (const round of [1, 2]) await store.save(snapshotOf(round));
    await store.close();
    await (await folder(path, { every: 1, keep: 1 }).open(never)).close();
    for (const name of others) assert.ok(existsSync(join(path, name)), name);
  });

  it("refuses a path that is a file, and one below a file", async () => {
    const path = join(root, "file");
    writeFileSync(path, "a file");
    for (const wrong of [path, join(path, "below")]) {
      await assert.rejects(folder(wrong, { every: 1 }).open(never), {
        _tag: "CheckpointFailed",
        reason: "write",
        message: /cannot make the folder .*file: .*|a file stands where a folder is wanted; choose another path/,
      });
    }
  });

  it("refuses an empty path", () => {
    assert.throws(() => folder("", { every: 1 }), { _tag: "ConfigurationError", message: /path: expected a non-empty string, got ""/ });
  });

  it("asks nothing of the disk before it is opened", () => {
    const path = join(root, "unopened");
    folder(path, { every: 1 });
    assert.ok(!existsSync(path));
  });
});
