import * as Effect from "effect/Effect";
import { join } from "node:path";
import { temporaryFile } from "./checkpointNames.ts";
import { attempt, patiently, type ProtocolFailure } from "./fileFailed.ts";
import type { Files } from "./files.ts";
import { runningHash } from "./hash.ts";

/** What was written. */
export interface Written {
  readonly bytes: number;
  /** SHA-256 of the content, hexadecimal. */
  readonly sha256: string;
}

// Hashing holds the thread; 4 MB take about 3 ms.
const pieceBytes = 4 << 20;

/**
 * Puts a file in place all at once: a temporary file in the same folder is written, synced and renamed, and the folder
 * synced. When it succeeds the file survives a power cut; when it fails nothing is left behind and whatever had the
 * name before is untouched. It is not interrupted half-way.
 *
 * @param nameFor The file's name, which may depend on its content.
 */
export function atomicWrite(
  files: Files,
  folder: string,
  chunks: Iterable<Uint8Array>,
  nameFor: (written: Written) => string,
): Effect.Effect<Written & { readonly file: string }, ProtocolFailure> {
  const temporary = join(folder, temporaryFile());
  const write = Effect.acquireUseRelease(
    patiently(attempt("create a file in", folder, () => files.open(temporary, "create"))),
    (file) =>
      attempt("write a file in", folder, async (): Promise<Written> => {
        const hash = runningHash();
        let bytes = 0;
        for (const chunk of chunks) {
          for (let from = 0; from < chunk.length; from += pieceBytes) {
            const piece = chunk.subarray(from, from + pieceBytes);
            hash.update(piece);
            await file.write(piece);
            bytes += piece.length;
          }
        }
        await file.sync();
        return { bytes, sha256: hash.digest() };
      }),
    (file) => Effect.ignore(attempt("close a file in", folder, () => file.close())),
  );
  return Effect.gen(function* () {
    const written = yield* write;
    const file = nameFor(written);
    yield* patiently(attempt("rename a file to", join(folder, file), () => files.rename(temporary, join(folder, file))));
    yield* attempt("sync the folder", folder, () => files.syncFolder(folder));
    return { ...written, file };
  }).pipe(
    Effect.onError(() => Effect.ignore(attempt("remove", temporary, () => files.remove(temporary)))),
    Effect.uninterruptible,
  );
}

/** The pieces of a text file. */
export function textChunks(text: string): readonly Uint8Array[] {
  return [new TextEncoder().encode(text)];
}
