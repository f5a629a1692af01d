import type { Device } from "../backends/device.ts";

/** How many rounds may be enqueued on the device before the next one waits. */
const ROUNDS_AHEAD = 2;

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

  constructor(device: Device) {
    this.#device = device;
  }

  /** Nothing where the next round may start at once. */
  afterRound(): Promise<void> | undefined {
    const fence = this.#device.fence();
    if (fence !== undefined) {
      // A lost device rejects its fences; the loss itself is reported by the device.
      fence.catch(() => undefined);
      this.#fences.push(fence);
    }
    const oldest = this.#fences.length > ROUNDS_AHEAD ? this.#fences.shift() : undefined;
    const isLong = performance.now() - this.#yieldedAt > YIELD_AFTER_MS;
    if (oldest === undefined && !isLong) return undefined;
    return this.#wait(oldest, isLong);
  }

  async #wait(fence: Promise<void> | undefined, isLong: boolean): Promise<void> {
    await fence?.catch(() => undefined);
    if (isLong) {
      await macrotask();
      this.#yieldedAt = performance.now();
    }
  }
}
