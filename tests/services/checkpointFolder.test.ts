import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Json } from "../../src/configuration/spec.ts";
import type { OpenCheckpoints } from "../../src/game/checkpoint.ts";
import { openCheckpointFolder } from "../../src/services/checkpointFolder.ts";
import { diskFiles, type Files } from "../../src/services/files.ts";
import { hashJson } from "../../src/services/hash.ts";
import { jsonText } from "../../src/services/jsonText.ts";
import { fileError } from "../../src/services/memoryFiles.ts";
import { folder } from "../../src/sources/folder.ts";
import { after, assert, describe, it } from "../kit/kit.ts";
import { type Operation, plantedFiles } from "./plantedFiles.ts";
import { assertSame, snapshotOf } from "./snapshots.ts";

const root = mkdtempSync(join(tmpdir(), "saddlepoint-checkpoints-"));
after(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;

/** A folder with these rounds saved. */
async function folderWith(rounds: readonly number[]): Promise<string> {
  const path = join(root, `run${++folders}`);
  await within(path, async (store) => {
    for (const round of rounds) await store.save(snapshotOf(round));
  });
  return path;
}

async function within<A>(path: string, use: (store: OpenCheckpoints) => Promise<A>, keep = 3, files: Files = diskFiles): Promise<A> {
  const store = await openCheckpointFolder(files, path, { keep });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

const tensorsOf = (path: string, round: string): string =>
  join(path, readdirSync(path).find((file) => file.startsWith(`round-${round}-`))!);

function flipBit(file: string, byte: number): void {
  const bytes = readFileSync(file);
  bytes[byte < 0 ? bytes.length + byte : byte]! ^= 1;
  writeFileSync(file, bytes);
}

/** Rewrites a manifest as somebody would who knows how its checksum is made. */
function forge(path: string, name: string, change: (manifest: Record<string, Json>) => void): void {
  const file = join(path, `${name}.json`);
  const { checksum: _, ...manifest } = JSON.parse(readFileSync(file, "utf8"));
  change(manifest);
  writeFileSync(file, jsonText({ ...manifest, checksum: hashJson(manifest) }, "manifest"));
}

describe("a damaged checkpoint", () => {
  const damages: readonly (readonly [string, (path: string) => void, RegExp])[] = [
    ["a flipped bit in the last tensor", (path) => flipBit(tensorsOf(path, "000003"), -1), /as SHA-256, its manifest says/],
    ["a flipped bit in the header", (path) => flipBit(tensorsOf(path, "000003"), 20), /safetensors: |SHA-256/],
    ["a header that claims too much", (path) => flipBit(tensorsOf(path, "000003"), 7), /the header claims \d+ bytes/],
    ["tensors cut short", (path) => truncateSync(tensorsOf(path, "000003"), 100), /has 100 bytes, its manifest says \d+/],
    ["empty tensors", (path) => truncateSync(tensorsOf(path, "000003"), 0), /has 0 bytes/],
    ["no tensors", (path) => rmSync(tensorsOf(path, "000003")), /its tensors, round-000003-.*, are not there/],
    ["another round's tensors", (path) => copyFileSync(tensorsOf(path, "000002"), tensorsOf(path, "000003")), /SHA-256|bytes/],
    ["a flipped bit in the state", (path) => {
      const file = join(path, "round-000003.json");
      writeFileSync(file, readFileSync(file, "utf8").replace('"data":192', '"data":193'));
    }, /does not match its own checksum/],
    ["an empty manifest", (path) => writeFileSync(join(path, "round-000003.json"), ""), /its manifest is not a JSON object/],
    [
      "a manifest of zeros",
      (path) => writeFileSync(join(path, "round-000003.json"), "\0".repeat(700)),
      /its manifest is not a JSON object/,
    ],
    ["a manifest cut short", (path) => truncateSync(join(path, "round-000003.json"), 300), /its manifest is not a JSON object/],
    ["a manifest that is a list", (path) => writeFileSync(join(path, "round-000003.json"), "[]"), /its manifest is not a JSON object/],
    [
      "another round's manifest",
      (path) => copyFileSync(join(path, "round-000002.json"), join(path, "round-000003.json")),
      /its manifest is that of round-000002/,
    ],
    ["a manifest that leaves the folder", (path) =>
      forge(path, "round-000003", (manifest) => {
        manifest["tensors"] = { ...(manifest["tensors"] as object), file: "../../etc/passwd" };
      }), /at \["tensors"\]\["file"\]/],
    [
      "a manifest that lacks its metrics",
      (path) => forge(path, "round-000003", (manifest) => void delete manifest["metrics"]),
      /at \["metrics"\]/,
    ],
    ["a configuration that is not what was hashed", (path) =>
      forge(path, "round-000003", (manifest) => {
        manifest["configuration"] = {};
      }), /its configuration does not match its hash/],
  ];
  for (const [what, damage, why] of damages) {
    it(`is passed over for the one before it, and said to be: ${what}`, async () => {
      const path = await folderWith([1, 2, 3]);
      damage(path);
      await within(path, async (store) => {
        const restored = await store.latest();
        assertSame(restored?.snapshot, snapshotOf(2));
        assert.equal(restored!.warnings.length, 1);
        assert.match(restored!.warnings[0]!, /^round-000003 is damaged and was passed over for round-000002: /);
        assert.match(restored!.warnings[0]!, why);
        await assert.rejects(store.named("round-000003"), { _tag: "CheckpointFailed", reason: "damaged", message: why });
        assertSame((await store.named("round-000001")).snapshot, snapshotOf(1));
      });
    });
  }

  it("is named with all others that are", async () => {
    const path = await folderWith([1, 2, 3]);
    flipBit(tensorsOf(path, "000003"), -1);
    flipBit(join(path, "round-000002.json"), 60);
    await within(path, async (store) => {
      const { snapshot, warnings } = (await store.latest())!;
      assert.equal(snapshot.round, 1);
      assert.match(warnings.join("\n"), /round-000002 .*\n.*round-000003 /);
    });
  });

  it("ends the opening where none is whole, rather than starting anew in its place", async () => {
    const path = await folderWith([1, 2]);
    flipBit(tensorsOf(path, "000001"), -1);
    truncateSync(tensorsOf(path, "000002"), 10);
    await within(path, async (store) => {
      await assert.rejects(store.latest(), {
        _tag: "CheckpointFailed",
        reason: "damaged",
        message:
          /none of its checkpoints is whole:\n {2}round-000002: .*\n {2}round-000001: .*to start anew remove them or choose another folder/s,
      });
    });
  });

  it("does not outlive the whole one that was taken for it", async () => {
    const path = await folderWith([1, 2, 3]);
    flipBit(tensorsOf(path, "000003"), -1);
    flipBit(tensorsOf(path, "000002"), -1);
    await within(path, async (store) => {
      await store.latest();
      const { warnings } = await store.save(snapshotOf(4));
      assert.deepEqual(warnings, []);
      assert.equal((await store.named("round-000001")).snapshot.round, 1);
    }, 2);
  });

  it("is removed once enough whole ones have come after it", async () => {
    const path = await folderWith([1, 2, 3]);
    writeFileSync(join(path, "round-000003.json"), "");
    await within(path, async (store) => {
      await store.latest();
      for (const round of [4, 5]) await store.save(snapshotOf(round));
    }, 2);
    assert.deepEqual(readdirSync(path).map((file) => file.slice(0, 12)).sort(), [
      "round-000004",
      "round-000004",
      "round-000005",
      "round-000005",
    ]);
  });
});

describe("a checkpoint of a later format", () => {
  it("is neither taken for damaged nor written over", async () => {
    const path = await folderWith([1, 2]);
    forge(path, "round-000002", (manifest) => void (manifest["version"] = 2));
    const before = readdirSync(path);
    await within(path, async (store) => {
      const mismatch = {
        _tag: "CheckpointFailed",
        reason: "mismatch",
        message: /version 2 of the checkpoint format, this library reads 1; update/,
      };
      await assert.rejects(store.latest(), mismatch);
      await assert.rejects(store.save(snapshotOf(3)), mismatch);
      assert.equal((await store.named("round-000001")).snapshot.round, 1);
    });
    assert.deepEqual(readdirSync(path), before);
  });
});

describe("what killed saves leave", () => {
  it("is cleared at the next opening, and nothing else", async () => {
    const path = await folderWith([1]);
    const before = readdirSync(path);
    for (
      const file of [
        ".checkpoint-0b0e7a6e-3c1f-4e0e-9a44-b1b2f6a4e0aa.tmp",
        "round-000002-0123456789ab.safetensors",
        "checkpoints.lock.0123abcd",
      ]
    ) {
      writeFileSync(join(path, file), "half");
    }
    await within(path, async (store) => assertSame((await store.latest())?.snapshot, snapshotOf(1)));
    assert.deepEqual(readdirSync(path), before);
  });

  it("spares tensors that an unreadable manifest may speak of", async () => {
    const path = await folderWith([1, 2]);
    writeFileSync(join(path, "round-000002.json"), "{");
    const before = readdirSync(path);
    await within(path, (store) => store.latest());
    assert.deepEqual(readdirSync(path), before);
  });
});

describe("a round saved again", () => {
  it("leaves nothing of what it was before, however many are kept", async () => {
    const path = await folderWith([1, 2]);
    const store = await openCheckpointFolder(diskFiles, path, {});
    const { tensors } = snapshotOf(7);
    await store.save(snapshotOf(1, { tensors }));
    assertSame((await store.named("round-000001")).snapshot, snapshotOf(1, { tensors }));
    await store.close();
    assert.equal(readdirSync(path).length, 4);
  });
});

describe("a save that fails", () => {
  const failures: readonly (readonly [string, Operation, number, RegExp])[] = [
    ["ENOSPC", "write", 2, /cannot write a file in .*no space is left on the device.*Older checkpoints are intact \(ENOSPC\)/],
    ["ENOSPC", "sync", 1, /no space is left/],
    ["ENOSPC", "sync", 2, /no space is left/],
    ["EDQUOT", "write", 1, /the disk quota is used up/],
    ["EROFS", "create", 1, /the file system is read-only; choose another folder/],
    ["EACCES", "rename", 1, /this process may not write there/],
    ["EIO", "rename", 2, /EIO/],
  ];
  for (const [code, operation, nth, message] of failures) {
    it(`with ${code} at ${operation} ${nth} leaves the folder as it was, and the next one succeeds`, async () => {
      const path = await folderWith([1, 2]);
      let [isArmed, count] = [false, 0];
      const files = plantedFiles(diskFiles, (done, at) => {
        if (isArmed && done === operation && ++count === nth) throw fileError(code, operation, at);
      });
      await within(
        path,
        async (store) => {
          const before = readdirSync(path);
          isArmed = true;
          await assert.rejects(store.save(snapshotOf(3)), { _tag: "CheckpointFailed", reason: "write", message });
          assert.deepEqual(readdirSync(path), before);
          assertSame((await store.latest())?.snapshot, snapshotOf(2));
          await store.save(snapshotOf(3));
          assertSame((await store.latest())?.snapshot, snapshotOf(3));
        },
        3,
        files,
      );
    });
  }

  it("asks again where the system was only busy", async () => {
    const path = await folderWith([1]);
    let left = 3;
    const files = plantedFiles(diskFiles, (operation, at) => {
      if (operation === "rename" && left-- > 0) throw fileError("EBUSY", operation, at);
    });
    await within(path, (store) => store.save(snapshotOf(2)), 3, files);
    await within(path, async (store) => assertSame((await store.latest())?.snapshot, snapshotOf(2)));
  });

  it("is none where only something old could not be removed", async () => {
    const path = await folderWith([1]);
    const files = plantedFiles(diskFiles, (operation, at) => {
      if (operation === "remove" && at.endsWith("round-000001.json")) throw fileError("EPERM", operation, at);
    });
    await within(
      path,
      async (store) => {
        const { warnings } = await store.save(snapshotOf(2));
        assert.match(warnings.join(), /old checkpoints stay: .*round-000001.json.*EPERM/);
        assertSame((await store.latest())?.snapshot, snapshotOf(2));
      },
      1,
      files,
    );
  });

  it("is every one where the lock has been lost", async () => {
    const path = await folderWith([1]);
    await within(path, async (store) => {
      rmSync(join(path, "checkpoints.lock"));
      await within(path, async (other) => {
        await assert.rejects(store.save(snapshotOf(2)), { _tag: "CheckpointFailed", reason: "locked", message: /no longer ours/ });
        await other.save(snapshotOf(3));
        await store.close();
        await other.save(snapshotOf(4));
      });
    });
  });
});

describe("a disk that is really full", () => {
  const tiny = join(root, "tiny");
  mkdirSync(tiny);
  const isMounted = process.platform === "linux" && spawnSync("mount", ["-t", "tmpfs", "-o", "size=96k", "tmpfs", tiny]).status === 0;
  after(() => void (isMounted && spawnSync("umount", [tiny])));

  it(
    "fails the save, keeps what was there, and is saved to again when there is room",
    { skip: !isMounted && "mounting needs root" },
    async () => {
      const large = (round: number, kilobytes: number) =>
        snapshotOf(round, {
          tensors: new Map([["w", { shape: [kilobytes * 256], dtype: "float32", values: new Float32Array(kilobytes * 256).fill(round) }]]),
        });
      const store = await folder(join(tiny, "run"), { every: 1, keep: 1 }).open(new AbortController().signal);
      await store.save(large(1, 20));
      const before = readdirSync(join(tiny, "run"));
      await assert.rejects(store.save(large(2, 80)), {
        _tag: "CheckpointFailed",
        reason: "write",
        message: /no space is left on the device/,
      });
      assert.deepEqual(readdirSync(join(tiny, "run")), before);
      assertSame((await store.latest())?.snapshot, large(1, 20));
      await store.save(large(2, 20));
      assertSame((await store.latest())?.snapshot, large(2, 20));
      await store.close();
    },
  );

  it("that is read-only refuses the opening", { skip: !isMounted && "mounting needs root" }, async () => {
    assert.equal(spawnSync("mount", ["-o", "remount,ro", tiny]).status, 0);
    const opening = folder(join(tiny, "run"), { every: 1 }).open(new AbortController().signal);
    await assert.rejects(opening, {
      _tag: "CheckpointFailed",
      reason: "write",
      message: /the file system is read-only; choose another folder \(EROFS\)/,
    });
  });
});
