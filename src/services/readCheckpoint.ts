import * as Effect from "effect/Effect";
import * as Schedule from "effect/Schedule";
import { basename, dirname, resolve } from "node:path";
import type { Restored } from "../game/checkpoint.ts";
import { CheckpointFailed } from "../game/failure.ts";
import { nameOfManifest } from "./checkpointNames.ts";
import { asCheckpointFailed, isDamage, isMissing } from "./fileFailed.ts";
import { diskFiles, type Files } from "./files.ts";
import { findLatest, findNamed, type Found } from "./folderContents.ts";
import { promised } from "./promised.ts";

/**
 * Reads a checkpoint without taking the folder: for sampling, also while a run goes on saving there. Verified as
 * thoroughly as when resuming.
 *
 * @param path A checkpoint folder, or the manifest of one checkpoint: `runs/digits`, `runs/digits/best.json`.
 * @param name Which one of a folder: `latest` (the newest whole one), `best`, `round-000500`.
 * @throws CheckpointFailed with reason `missing` where there is none, `damaged` where none is whole, `read` where the
 * path cannot be read
 * @example
 * ```ts
 * const { snapshot } = await readCheckpoint("runs/digits", "best");
 * ```
 */
export function readCheckpoint(path: string, name: "latest" | "best" | (string & {}) = "latest"): Promise<Restored> {
  return readCheckpointFrom(diskFiles, resolve(path), name);
}

/** The same on other files than those on disk. */
export function readCheckpointFrom(files: Files, path: string, name: string): Promise<Restored> {
  const named = nameOfManifest(basename(path));
  const folder = named === undefined ? path : dirname(path);
  // A run that goes on may remove a checkpoint between the look at its manifest and the reading of its tensors: look again.
  const again = Schedule.spaced("100 millis");
  const read = named !== undefined || name !== "latest"
    ? Effect.retry(findNamed(files, folder, named ?? name), { schedule: again, times: 3, while: isDamage })
    : findLatest(files, folder).pipe(
      Effect.retry({ schedule: again, times: 3, while: isDamage }),
      Effect.repeat({ schedule: again, times: 1, while: ({ damaged }: Found) => damaged.length > 0 }),
      Effect.flatMap(({ restored }) =>
        restored === undefined
          ? Effect.fail(
            new CheckpointFailed("missing", `${path}: expected a checkpoint, found none; train with checkpoints: folder(...) first`),
          )
          : Effect.succeed(restored)
      ),
    );
  return promised(
    Effect.mapError(
      read,
      (failure) =>
        isMissing(failure)
          ? new CheckpointFailed("missing", `${folder} is not there; expected a checkpoint folder or a checkpoint's manifest`, failure)
          : asCheckpointFailed("read", failure),
    ),
  );
}
