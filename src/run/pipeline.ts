import { Subject, type Observable, type Subscription } from "rxjs";
import type { AnyPlugin } from "../game/plugin.ts";
import type { Round } from "../game/round.ts";
import { guarded } from "./guard.ts";

/** The plugins of a run, connected: takes one round at a time and answers it when it has left. */
export class Pipeline {
  readonly #ticks$ = new Subject<Round>();
  readonly #subscription: Subscription;
  readonly #signal: AbortSignal;
  readonly #onAbort = (): void => this.fail(new Error("the run was cancelled"));
  /** The round that left while it was being sent. */
  #left: Round | undefined;
  #waiting: { resolve(round: Round): void; reject(error: unknown): void } | undefined;
  #broken: { readonly error: unknown } | undefined;

  /** `passing` sees every round as it leaves a plugin. An aborted `signal` ends what is under way. */
  constructor(plugins: readonly AnyPlugin[], signal: AbortSignal, passing: (round: Round) => void) {
    this.#signal = signal;
    signal.addEventListener("abort", this.#onAbort, { once: true });
    const leaving$ = plugins.reduce((round$: Observable<Round>, plugin) => guarded(plugin, passing)(round$), this.#ticks$);
    this.#subscription = leaving$.subscribe({
      next: (round) => {
        this.#left = round;
        this.#waiting?.resolve(round);
        this.#waiting = undefined;
      },
      error: (error: unknown) => this.fail(error),
    });
  }

  /** The round as it leaves, or a promise of it where a plugin is asynchronous. Throws what a plugin threw. */
  send(round: Round): Round | Promise<Round> {
    this.#left = undefined;
    this.#ticks$.next(round);
    if (this.#broken !== undefined) throw this.#broken.error;
    if (this.#left !== undefined) return this.#left;
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  /** Fails the round under way, and every one after it. */
  fail(error: unknown): void {
    this.#broken ??= { error };
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }

  close(): void {
    this.#signal.removeEventListener("abort", this.#onAbort);
    this.#subscription.unsubscribe();
    this.#ticks$.complete();
  }
}
