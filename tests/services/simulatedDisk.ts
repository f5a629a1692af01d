import { basename, dirname } from "node:path";
import { fileError } from "../../src/services/memoryFiles.ts";
import type { Files } from "../../src/services/files.ts";

/** A file's content, and how much of it has reached the disk. */
interface Inode {
  bytes: Uint8Array;
  synced: number;
}

/** A disk that forgets, when its power is cut, whatever was not synced. */
export interface SimulatedDisk {
  readonly files: Files;
  /** Another disk with the same on it, all synced. */
  copy(): SimulatedDisk;
  /**
   * The disk after a power cut. What a file had been given since its last sync is cut off or reads as zeros, and each
   * name changed since its folder's last sync is, for itself, as it was then, as it is now or as at any time between:
   * more than any real file system would mix up.
   */
  afterPowerCut(random: () => number): SimulatedDisk;
}

/** An empty disk, or one with these names on it, all synced. */
export function simulatedDisk(names: ReadonlyMap<string, Uint8Array> = new Map(), folders: Iterable<string> = []): SimulatedDisk {
  const inodes = [...names].map(([path, bytes]): [string, Inode] => [path, { bytes, synced: bytes.length }]);
  const live = new Map(inodes);
  const known = new Set(folders);
  /** Since its folder's last sync, all that each name has stood for. */
  const histories = new Map<string, (Inode | undefined)[]>(inodes.map(([path, inode]) => [path, [inode]]));
  const set = (path: string, inode: Inode | undefined): void => {
    if (inode === undefined) live.delete(path);
    else live.set(path, inode);
    histories.set(path, [...(histories.get(path) ?? [undefined]), inode]);
  };
  const get = (operation: string, path: string): Inode => {
    const inode = live.get(path);
    if (inode === undefined) throw fileError("ENOENT", operation, path);
    return inode;
  };
  const files: Files = {
    async open(path, purpose) {
      if (purpose === "create") {
        if (live.has(path)) throw fileError("EEXIST", "open", path);
        set(path, { bytes: new Uint8Array(0), synced: 0 });
      }
      const inode = get("open", path);
      return {
        size: async () => inode.bytes.length,
        async read(into, position) {
          const part = inode.bytes.subarray(position, position + into.length);
          into.set(part);
          return part.length;
        },
        async write(bytes) {
          const grown = new Uint8Array(inode.bytes.length + bytes.length);
          grown.set(inode.bytes);
          grown.set(bytes, inode.bytes.length);
          inode.bytes = grown;
        },
        sync: async () => void (inode.synced = inode.bytes.length),
        close: async () => {},
      };
    },
    async list(folder) {
      if (!known.has(folder)) throw fileError("ENOENT", "scandir", folder);
      return [...live.keys()].filter((path) => dirname(path) === folder).map((path) => basename(path));
    },
    makeFolder: async (folder) => void known.add(folder),
    async syncFolder(folder) {
      for (const path of histories.keys()) if (dirname(path) === folder) histories.set(path, [live.get(path)]);
    },
    async rename(from, to) {
      set(to, get("rename", from));
      set(from, undefined);
    },
    async remove(path) {
      get("unlink", path);
      set(path, undefined);
    },
  };
  return {
    files,
    copy: () => simulatedDisk(new Map([...live].map(([path, { bytes }]) => [path, bytes])), known),
    afterPowerCut(random) {
      const upTo = (count: number): number => Math.floor(random() * count);
      const survivors = [...histories].flatMap(([path, history]): [string, Uint8Array][] => {
        const inode = history[upTo(history.length)];
        if (inode === undefined) return [];
        const { bytes, synced } = inode;
        if (random() < 0.5) return [[path, bytes.slice(0, synced + upTo(bytes.length - synced + 1))]];
        return [[path, bytes.slice().fill(0, synced)]];
      });
      return simulatedDisk(new Map(survivors), known);
    },
  };
}
