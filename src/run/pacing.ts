import type { Device } from "../backends/device.ts";

/** How many fences may be outstanding before the next round waits for the oldest. */
const FENCES_AHEAD = 2;

/**
 * Rounds that are shorter share a fence: asking whether the device is done costs a round of an MLP a tenth of its time
 * (llvmpipe, 33 ms). Where the device is what is waited for, every round is as long as it takes and those of this length
 * have a fence each: once a run has begun to wait, the device is two rounds behind, or some 150 ms of shorter ones.
 */
const FENCE_AFTER_MS = 50;
/** … but no more of them than this: they may be enqueued many times as fast as they are computed, and are so when a run begins. */
const ROUNDS_TO_A_FENCE = 4;

/** How long the thread is kept before timers, sockets and signals get their turn. */
const YIELD_AFTER_MS = 8;

/** Resolves in a later macrotask, after pending timers and I/O had a chance. */
export function macrotask(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * When a run must wait: for the device, or to let the rest of the process live. Without the first, 100 rounds are
 * enqueued in 0.1 s and run for 7 s, and pause, Ctrl-C, rounds/s and memory are fiction. The second goes by time, not
 * by count, since a round may take 50 µs or a second.
 */
export class Pacing {
  readonly #device: Device;
  readonly #fences: Promise<void>[] = [];
  #yieldedAt = performance.now();
  #fencedAt = 0;
  #unfenced = 0;

  constructor(device: Device) {
    this.#device = device;
  }

  /** Nothing where the next round may start at once. */
  afterRound(): Promise<void> | undefined {
    // Submitted in any case, so that what a round has given up is free for the next in every run alike.
    this.#device.submit();
    const fence = this.#isFenceDue() ? this.#device.fence() : undefined;
    if (fence !== undefined) {
      // A lost device rejects its fences; the loss itself is reported by the device.
      fence.catch(() => undefined);
      this.#fences.push(fence);
    }
    const oldest = this.#fences.length > FENCES_AHEAD ? this.#fences.shift() : undefined;
    const isLong = performance.now() - this.#yieldedAt > YIELD_AFTER_MS;
    if (oldest === undefined && !isLong) return undefined;
    return this.#wait(oldest, isLong);
  }

  #isFenceDue(): boolean {
    const now = performance.now();
    if (++this.#unfenced < ROUNDS_TO_A_FENCE && now - this.#fencedAt < FENCE_AFTER_MS) return false;
    this.#fencedAt = now;
    this.#unfenced = 0;
    return true;
  }

  async #wait(fence: Promise<void> | undefined, isLong: boolean): Promise<void> {
    await fence?.catch(() => undefined);
    if (isLong) {
      await macrotask();
      this.#yieldedAt = performance.now();
    }
  }
}
