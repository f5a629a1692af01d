import * as fs from "node:fs/promises";
import { dirname } from "node:path";

/** A file that was opened for reading, or created for writing. */
export interface OpenFile {
  /** Bytes in the file. */
  size(): Promise<number>;
  /** Fills `into` from `position` on as far as the file goes, and answers how many bytes that was. */
  read(into: Uint8Array, position: number): Promise<number>;
  /** Appends all of `bytes`. */
  write(bytes: Uint8Array): Promise<void>;
  /** Resolves when what was written survives a power cut. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The few things the checkpoint protocol asks of a file system.
 *
 * Failures are Node's: an `Error` with a `code` (`ENOENT`, `EEXIST`, `ENOSPC` …). Behind an interface so that a store
 * can live in memory and a test can plant a full disk or cut the power between any two operations.
 */
export interface Files {
  /** Opens for reading, or creates for writing; creating fails with `EEXIST` where the path is taken. */
  open(path: string, purpose: "read" | "create"): Promise<OpenFile>;
  /** Names in a folder. */
  list(folder: string): Promise<readonly string[]>;
  /** Makes a folder and those above it, durably; fine where it is there already. */
  makeFolder(folder: string): Promise<void>;
  /** Resolves when the folder's names (renames, removals) survive a power cut. */
  syncFolder(folder: string): Promise<void>;
  /** Moves a file, replacing what is at `to`. */
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
}

/** Files on disk, by `node:fs`, which both runtimes have. */
export const diskFiles: Files = {
  async open(path, purpose) {
    return openFile(await fs.open(path, purpose === "read" ? "r" : "wx"));
  },
  list: (folder) => fs.readdir(folder),
  async makeFolder(folder) {
    const first = await fs.mkdir(folder, { recursive: true });
    if (first === undefined) return;
    for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
  },
  syncFolder,
  rename: (from, to) => fs.rename(from, to),
  remove: (path) => fs.unlink(path),
};

function openFile(handle: fs.FileHandle): OpenFile {
  return {
    size: async () => (await handle.stat()).size,
    async read(into, position) {
      let done = 0;
      while (done < into.length) {
        const { bytesRead } = await handle.read(into, done, into.length - done, position + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return done;
    },
    async write(bytes) {
      for (let done = 0; done < bytes.length;) {
        done += (await handle.write(bytes, done, bytes.length - done)).bytesWritten;
      }
    },
    sync: () => handle.sync(),
    close: () => handle.close(),
  };
}

// Not every file system lets a folder be opened or synced (Windows, some network shares); those order their own names.
const unsyncable = ["EINVAL", "EISDIR", "EPERM", "ENOTSUP", "EACCES"];

async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await fs.open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!unsyncable.includes((error as { code?: string }).code ?? "")) throw error;
  }
}

/** The whole of a text file. */
export async function readText(files: Files, path: string): Promise<string> {
  const file = await files.open(path, "read");
  try {
    const bytes = new Uint8Array(await file.size());
    const read = await file.read(bytes, 0);
    return new TextDecoder().decode(bytes.subarray(0, read));
  } finally {
    await file.close();
  }
}
