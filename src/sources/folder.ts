import { resolve } from "node:path";
import { checkOptions, text } from "../configuration/checkOptions.ts";
import type { Best, Checkpoints } from "../game/checkpoint.ts";
import { openCheckpointFolder } from "../services/checkpointFolder.ts";
import { diskFiles } from "../services/files.ts";
import { storeChecks } from "../services/storeChecks.ts";

export interface FolderOptions {
  /** Save every so many rounds. */
  readonly every: number;
  /** How many of the newest checkpoints stay. Default 3. */
  readonly keep?: number;
  /**
   * Keep, beside those, the best by a metric, under the name `best`: a loss (`{ metric: "loss/generator", mode: "min" }`),
   * or a score of `measureEvery` (`{ metric: "frechet", mode: "min" }`). A round whose samples score better than every
   * checkpoint is saved at once, so that the best holds the very weights that were measured. The best so far is
   * remembered across a resume.
   */
  readonly best?: Best;
  /** Resume although the configuration has changed; what differs becomes warnings. Default false. */
  readonly allowChanges?: boolean;
  /** Resume from this checkpoint (`best`, `round-000500`) in place of the newest one; what is newer stays until pruned. */
  readonly from?: string;
}

/**
 * Checkpoints in a folder: the run resumes from the newest whole one there and saves to it.
 *
 * A checkpoint is two files: the tensors as safetensors (`round-000500-1f3a9c0b42de.safetensors`) and a JSON manifest
 * (`round-000500.json`) with everything else and the sizes and SHA-256 by which both are verified before they are
 * believed. Each is written under a temporary name, synced and renamed, the manifest last, so a run that is killed or
 * loses power at any moment loses only the rounds since its last checkpoint. Where the newest is damaged, the newest
 * whole one before it is taken, with a warning.
 *
 * While a run uses the folder it is locked; the lock of a process that has ended on this host is taken over.
 *
 * @throws ConfigurationError
 * @example
 * ```ts
 * checkpoints: folder("runs/digits", { every: 500, keep: 3, best: { metric: "loss/generator", mode: "min" } })
 * ```
 */
export function folder(path: string, options: FolderOptions): Checkpoints {
  checkOptions("folder", { path: text, ...storeChecks }, { ...options, path });
  const { every, keep = 3, best, allowChanges = false, from } = options;
  const absolute = resolve(path);
  return {
    spec: { name: "folder" },
    every,
    allowChanges,
    ...(best === undefined ? {} : { best }),
    ...(from === undefined ? {} : { from }),
    open: (signal) => openCheckpointFolder(diskFiles, absolute, { keep, ...(best === undefined ? {} : { best }) }, signal),
  };
}
