import { concatMap, type Subscription } from "rxjs";
import {
  adam, definePlugin, digits, discriminatorStep, gan, gaussian, generatorStep, nonSaturating, trainUnordered$, type BackendChoice, type Training,
} from "../../../src/index.ts";
import { type Device, networksOf } from "./devices.ts";

/**
 * A game that is played a lap at a time, so that two of them can take turns on one machine: the run waits at a gate before
 * each lap, and the lap has ended when its losses were read, which waits for the device.
 */
export class Lane {
  readonly #lap: number;
  readonly #training: Training;
  readonly #subscription: Subscription;
  #open: () => void = () => {};
  #gate: Promise<void> = Promise.resolve();
  #ended: (() => void) | undefined;
  #failed: ((error: unknown) => void) | undefined;

  /** @param lap rounds in a lap; @param laps how many will be played */
  constructor(device: Device, backend: BackendChoice, lap: number, laps: number) {
    const { objective = nonSaturating(), plugins = [], accumulate = 1, times = 1, optimizers = adam({ learningRate: 2e-4, beta1: 0.5 }) } = device;
    this.#lap = lap;
    this.#close();
    const gate = definePlugin(
      "gate",
      (round$) =>
        round$.pipe(
          concatMap(async (round) => {
            if (round.index % lap === 0) {
              await this.#gate;
              this.#close();
            }
            return round;
          }),
        ),
      { asynchronous: { timeoutMs: 3_600_000 } },
    );
    this.#training = trainUnordered$(
      gan({
        data: digits({ batchSize: 32 }),
        noise: gaussian(16),
        networks: networksOf(device),
        objective,
        optimizers,
        backend,
        readEvery: lap,
        rounds: lap * laps,
      }),
      [gate, ...plugins, discriminatorStep({ accumulate, times }), generatorStep({ accumulate })],
    );
    this.#subscription = this.#training.subscribe({
      next: (event) => {
        if (event._tag === "RoundPlayed" && event.round % lap === 0) this.#ended?.();
      },
      error: (error) => this.#failed?.(error),
    });
  }

  /** Plays a lap. Milliseconds a round. */
  async lap(): Promise<number> {
    const startedAt = performance.now();
    await new Promise<void>((resolve, reject) => {
      this.#ended = resolve;
      this.#failed = reject;
      this.#open();
    });
    return (performance.now() - startedAt) / this.#lap;
  }

  /** Resolves when the run has released everything. */
  async close(): Promise<void> {
    this.#subscription.unsubscribe();
    await this.#training.closed;
  }

  #close(): void {
    this.#gate = new Promise((resolve) => (this.#open = resolve));
  }
}
