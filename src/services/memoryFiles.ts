import { basename, dirname } from "node:path";
import type { Files, OpenFile } from "./files.ts";

/** Files in memory: what is written lives as long as the object does. */
export function memoryFiles(): Files {
  const contents = new Map<string, readonly Uint8Array[]>();
  const folders = new Set<string>();
  return {
    async open(path, purpose) {
      if (purpose === "create") {
        if (!folders.has(dirname(path))) throw fileError("ENOENT", "open", path);
        if (contents.has(path)) throw fileError("EEXIST", "open", path);
        const pieces: Uint8Array[] = [];
        contents.set(path, pieces);
        return { ...reading(pieces), write: async (bytes) => void pieces.push(bytes.slice()) };
      }
      const pieces = contents.get(path);
      if (pieces === undefined) throw fileError("ENOENT", "open", path);
      return { ...reading(pieces), write: () => Promise.reject(fileError("EBADF", "write", path)) };
    },
    async list(folder) {
      if (!folders.has(folder)) throw fileError("ENOENT", "scandir", folder);
      return [...contents.keys()].filter((path) => dirname(path) === folder).map((path) => basename(path));
    },
    makeFolder: async (folder) => void folders.add(folder),
    syncFolder: async () => {},
    async rename(from, to) {
      const pieces = contents.get(from);
      if (pieces === undefined) throw fileError("ENOENT", "rename", from);
      contents.delete(from);
      contents.set(to, pieces);
    },
    async remove(path) {
      if (!contents.delete(path)) throw fileError("ENOENT", "unlink", path);
    },
  };
}

/** An error as the operating system would give it. */
export function fileError(code: string, operation: string, path: string): Error & { readonly code: string } {
  return Object.assign(new Error(`${code}: ${operation} '${path}'`), { code });
}

function reading(pieces: readonly Uint8Array[]): Omit<OpenFile, "write"> {
  return {
    size: async () => pieces.reduce((bytes, piece) => bytes + piece.length, 0),
    async read(into, position) {
      let start = 0;
      let read = 0;
      for (const piece of pieces) {
        const from = Math.max(position + read - start, 0);
        if (from < piece.length && read < into.length) {
          const part = piece.subarray(from, from + into.length - read);
          into.set(part, read);
          read += part.length;
        }
        start += piece.length;
      }
      return read;
    },
    sync: async () => {},
    close: async () => {},
  };
}
