import type { Scheduled } from "../math/schedules/schedule.ts";

/** One optimisation within a round; it moves one *or more* players. */
export interface Turn {
  readonly name: string;
  /** Players moved by it, together, by the gradient of one loss. */
  readonly players: readonly string[];
  /** Repetitions, each on fresh data and noise; default 1. */
  readonly times?: Scheduled;
  /**
   * Gradients are averaged over this many batches, each with fresh data, noise and keys, before the players move once:
   * a batch `accumulate` times as large in the memory of one. Batch statistics are those of the small batches. Default 1.
   */
  readonly accumulate?: number;
  /** Played in every so-many-th round only (lazy regularisation): rounds 0, every, 2 every …; default 1. */
  readonly every?: number;
  /**
   * Played right after the turn of this name. A turn without it is played where its operator stands in the pipeline
   * (`discriminatorStep()`, `step("reconstruction")`).
   */
  readonly after?: string;
  /** Repetitions and accumulated batches are those of the turn of this name, whatever its step says of them. */
  readonly repeatsAs?: string;
}
