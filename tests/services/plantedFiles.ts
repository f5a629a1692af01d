import type { Files, OpenFile } from "../../src/services/files.ts";

/** What is about to be done to which path. */
export type Operation =
  | "open"
  | "create"
  | "size"
  | "read"
  | "write"
  | "sync"
  | "close"
  | "list"
  | "makeFolder"
  | "syncFolder"
  | "rename"
  | "remove";

/**
 * Files whose every operation is announced first; what `announce` throws is what the operation fails with. A write is
 * announced when half of it is done, so that one that fails leaves half of it behind.
 */
export function plantedFiles(files: Files, announce: (operation: Operation, path: string) => void): Files {
  const planted = (path: string, file: OpenFile): OpenFile => ({
    async size() {
      announce("size", path);
      return file.size();
    },
    async read(into, position) {
      announce("read", path);
      return file.read(into, position);
    },
    async write(bytes) {
      const half = Math.ceil(bytes.length / 2);
      await file.write(bytes.subarray(0, half));
      announce("write", path);
      await file.write(bytes.subarray(half));
    },
    async sync() {
      announce("sync", path);
      return file.sync();
    },
    async close() {
      await file.close();
      announce("close", path);
    },
  });
  return {
    async open(path, purpose) {
      announce(purpose === "create" ? "create" : "open", path);
      return planted(path, await files.open(path, purpose));
    },
    async list(folder) {
      announce("list", folder);
      return files.list(folder);
    },
    async makeFolder(folder) {
      announce("makeFolder", folder);
      return files.makeFolder(folder);
    },
    async syncFolder(folder) {
      announce("syncFolder", folder);
      return files.syncFolder(folder);
    },
    async rename(from, to) {
      announce("rename", to);
      return files.rename(from, to);
    },
    async remove(path) {
      announce("remove", path);
      return files.remove(path);
    },
  };
}
