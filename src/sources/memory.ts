import { checkOptions } from "../configuration/checkOptions.ts";
import type { Best, Checkpoints } from "../game/checkpoint.ts";
import { openCheckpointFolder } from "../services/checkpointFolder.ts";
import { memoryFiles } from "../services/memoryFiles.ts";
import { storeChecks } from "../services/storeChecks.ts";

export interface MemoryOptions {
  /** Save every so many rounds. */
  readonly every: number;
  /** How many of the newest checkpoints stay. Default: all. */
  readonly keep?: number;
  /** Keep, beside those, the best by a metric, under the name `best`, as `folder` does. */
  readonly best?: Best;
  /** Resume although the configuration has changed; what differs becomes warnings. Default false. */
  readonly allowChanges?: boolean;
  /** Resume from this checkpoint (`best`, `round-000500`) in place of the newest one; what is newer stays until pruned. */
  readonly from?: string;
}

/**
 * Checkpoints in memory, for tests and for going back within one process: they live as long as this object does, and a
 * second run given the same object resumes from the first. The protocol is that of `folder`, its files are not on disk.
 *
 * @throws ConfigurationError
 * @example
 * ```ts
 * const checkpoints = memory({ every: 10 });
 * ```
 */
export function memory(options: MemoryOptions): Checkpoints {
  checkOptions("memory", storeChecks, options);
  const { every, allowChanges = false, from, ...keeping } = options;
  const files = memoryFiles();
  return {
    spec: { name: "memory" },
    every,
    allowChanges,
    ...(keeping.best === undefined ? {} : { best: keeping.best }),
    ...(from === undefined ? {} : { from }),
    open: (signal) => openCheckpointFolder(files, "memory", keeping, signal),
  };
}
