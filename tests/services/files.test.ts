import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { diskFiles, type Files, readText } from "../../src/services/files.ts";
import { memoryFiles } from "../../src/services/memoryFiles.ts";
import { after, assert, describe, it } from "../kit/kit.ts";
import { simulatedDisk } from "./simulatedDisk.ts";

const root = mkdtempSync(join(tmpdir(), "saddlepoint-files-"));
after(() => rmSync(root, { recursive: true, force: true }));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What the protocol relies on, of the disk and of what stands for it. */
function describeFiles(name: string, make: () => Files): void {
  const files = make();
  let folders = 0;
  const newFolder = async (): Promise<string> => {
    const folder = join(root, `${name}${++folders}`);
    await files.makeFolder(folder);
    return folder;
  };
  const write = async (path: string, ...pieces: readonly string[]): Promise<void> => {
    const file = await files.open(path, "create");
    for (const piece of pieces) await file.write(bytes(piece));
    await file.sync();
    await file.close();
  };

  describe(`${name} files`, () => {
    it("append what is written and read any part of it", async () => {
      const path = join(await newFolder(), "a");
      await write(path, "hel", "", "lo world");
      const file = await files.open(path, "read");
      assert.equal(await file.size(), 11);
      const part = new Uint8Array(5);
      assert.equal(await file.read(part, 2), 5);
      assert.equal(new TextDecoder().decode(part), "llo w");
      assert.equal(await file.read(part, 8), 3);
      assert.equal(await file.read(part, 11), 0);
      await file.close();
      assert.equal(await readText(files, path), "hello world");
    });

    it("create only what is not there", async () => {
      const path = join(await newFolder(), "a");
      await write(path, "first");
      await assert.rejects(files.open(path, "create"), { code: "EEXIST" });
      assert.equal(await readText(files, path), "first");
    });

    it("rename over what is there, and remove", async () => {
      const folder = await newFolder();
      await write(join(folder, "old"), "old");
      await write(join(folder, "new"), "new");
      await files.rename(join(folder, "new"), join(folder, "old"));
      await files.syncFolder(folder);
      assert.deepEqual(await files.list(folder), ["old"]);
      assert.equal(await readText(files, join(folder, "old")), "new");
      await files.remove(join(folder, "old"));
      assert.deepEqual(await files.list(folder), []);
    });

    it("say what is missing", async () => {
      const folder = await newFolder();
      for (
        const asking of [
          () => files.open(join(folder, "a"), "read"),
          () => files.rename(join(folder, "a"), join(folder, "b")),
          () => files.remove(join(folder, "a")),
          () => files.list(join(folder, "a")),
        ]
      ) {
        await assert.rejects(asking, { code: "ENOENT" });
      }
    });

    it("make folders that are there already, and several at once", async () => {
      const folder = await newFolder();
      await files.makeFolder(folder);
      await files.makeFolder(join(folder, "b", "c"));
      assert.deepEqual(await files.list(join(folder, "b", "c")), []);
    });
  });
}

describeFiles("disk", () => diskFiles);
describeFiles("memory", memoryFiles);
describeFiles("simulated", () => simulatedDisk().files);
