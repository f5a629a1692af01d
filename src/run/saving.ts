import type { DeviceDescription } from "../backends/device.ts";
import type { Json } from "../configuration/spec.ts";
import type { Checkpoints, OpenCheckpoints } from "../game/checkpoint.ts";
import type { CheckpointSaved, Warned } from "../game/event.ts";
import { CheckpointFailed } from "../game/failure.ts";
import { differences } from "../services/differences.ts";
import { macrotask } from "./pacing.ts";
import type { RunState } from "./runState.ts";
import { restoreSnapshot, takeSnapshot } from "./snapshot.ts";

/** How often a save is tried before it ends the run. */
const TRIES = 3;

export interface Resumed {
  readonly origin: string;
  readonly elapsedMs: number;
  readonly warnings: readonly string[];
}

/** The checkpoints of one run: restored from once, saved to at their cadence. */
export class Saving {
  /** The round of the newest checkpoint this run made or came from. */
  savedRound = 0;
  readonly #checkpoints: Checkpoints | undefined;
  readonly #configuration: { readonly [key: string]: Json };
  readonly #device: DeviceDescription;
  #store: OpenCheckpoints | undefined;
  /** The best score saved so far, in this run or the ones it resumes. */
  #best: number | undefined;

  constructor(checkpoints: Checkpoints | undefined, configuration: { readonly [key: string]: Json }, device: DeviceDescription) {
    this.#checkpoints = checkpoints;
    this.#configuration = configuration;
    this.#device = device;
  }

  get isEnabled(): boolean {
    return this.#store !== undefined;
  }

  /** By its cadence, or because the samples of this round scored better than those of any checkpoint. */
  isDue(round: number, scores: Readonly<Record<string, number>>): boolean {
    if (this.#checkpoints === undefined || this.savedRound === round) return false;
    return round % this.#checkpoints.every === 0 || this.#isBest(scores);
  }

  #isBest(metrics: Readonly<Record<string, number>>): boolean {
    const { best } = this.#checkpoints ?? {};
    const value = best === undefined ? undefined : metrics[best.metric];
    if (value === undefined) return false;
    return this.#best === undefined || (best!.mode === "min" ? value < this.#best : value > this.#best);
  }

  /**
   * Opens the store and puts its newest state into the run's. Nothing where there is no checkpoint.
   *
   * @throws CheckpointFailed where the folder is in use, nothing whole is left, or the configuration has changed
   */
  async restore(state: RunState, positions: Record<string, number>, signal: AbortSignal): Promise<Resumed | undefined> {
    if (this.#checkpoints === undefined) return undefined;
    this.#store = await this.#checkpoints.open(signal);
    const { from, best } = this.#checkpoints;
    const restored = await (from === undefined ? this.#store.latest() : this.#store.named(from));
    if (restored === undefined) return undefined;
    const { snapshot, origin, warnings } = restored;
    const changes = differences(snapshot.configuration, this.#configuration);
    const allowChanges = this.#checkpoints.allowChanges ?? false;
    if (changes.length > 0 && !allowChanges) {
      throw new CheckpointFailed(
        "mismatch",
        `${origin} was made under another configuration:\n  ${changes.join("\n  ")}\nPut the options back, choose another folder, or say allowChanges: true`,
      );
    }
    const { elapsedMs } = restoreSnapshot(state, positions, snapshot, allowChanges);
    this.savedRound = state.round;
    // Without it the first score after a resume is saved once more; which one is the best, the store knows.
    const named = best === undefined ? undefined : await this.#store.named("best").catch(() => undefined);
    this.#best = named?.snapshot.metrics[best!.metric];
    return { origin, elapsedMs, warnings: [...warnings, ...changes.map((change) => `configuration changed: ${change}`)] };
  }

  /** Saves the run's state, trying again where the store fails; the events that tell of it. @throws CheckpointFailed NotFinite */
  async save(
    state: RunState,
    positions: Readonly<Record<string, number>>,
    metrics: Readonly<Record<string, number>>,
    elapsedMs: number,
  ): Promise<readonly (CheckpointSaved | Warned)[]> {
    const startedAt = performance.now();
    const { runtime, backend, adapter = "", kernels } = this.#device;
    const snapshot = await takeSnapshot(state, positions, elapsedMs, {
      configuration: this.#configuration,
      provenance: { runtime, backend, adapter, kernels: [...kernels] },
      metrics: { ...metrics },
    });
    for (let attempt = 1; ; attempt++) {
      try {
        const { origin, bytes, warnings } = await this.#store!.save(snapshot);
        const { round } = state;
        this.savedRound = round;
        if (this.#isBest(metrics)) this.#best = metrics[this.#checkpoints!.best!.metric];
        return [
          { _tag: "CheckpointSaved", round, origin, bytes, durationMs: performance.now() - startedAt },
          ...warnings.map((message): Warned => ({ _tag: "Warned", round, message })),
        ];
      } catch (error) {
        if (attempt >= TRIES) {
          if (error instanceof CheckpointFailed) throw error;
          throw new CheckpointFailed("write", error instanceof Error ? error.message : String(error), error);
        }
        await macrotask();
      }
    }
  }

  async close(): Promise<void> {
    await this.#store?.close();
  }
}
