import { readFile } from "node:fs/promises";
import { SourceFailed } from "../game/failure.ts";

/** A file's bytes. @throws SourceFailed saying which file, and whether it is missing */
export function readBytes(source: string, path: string): Promise<Uint8Array> {
  return readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new SourceFailed(
      source,
      `${path}: ${cause.code === "ENOENT" ? "there is no such file" : `cannot be read (${cause.message})`}`,
      cause,
    );
  });
}
