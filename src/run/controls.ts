import type { Subscription } from "rxjs";
import { show } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import type { Blueprint } from "../game/blueprint.ts";
import type { Command } from "../game/command.ts";
import type { Game } from "../game/game.ts";
import type { RunState } from "./runState.ts";

/** What the commands that arrived since the last round ask of the loop. */
export interface Orders {
  readonly stop: boolean;
  readonly save: boolean;
  /** Woken while paused, with nothing else to do: come back to the boundary. */
  readonly isPaused: boolean;
  /** For the next round: `samples`. */
  readonly requests: readonly string[];
}

/** Commands from `control$` and the abort signal, carried out at round boundaries. */
export class Controls {
  readonly #game: Game;
  readonly #blueprint: Blueprint;
  #waiting: Command[] = [];
  #isPaused = false;
  #requests: string[] = [];
  #wake: (() => void) | undefined;
  #isOver = false;
  #error: { readonly error: unknown } | undefined;
  #subscription: Subscription | undefined;
  readonly #onAbort = (): void => this.#push({ _tag: "Stop" });

  constructor(game: Game, blueprint: Blueprint) {
    this.#game = game;
    this.#blueprint = blueprint;
  }

  listen(): void {
    const { control$, signal } = this.#game;
    if (signal?.aborted === true) this.#onAbort();
    signal?.addEventListener("abort", this.#onAbort, { once: true });
    this.#subscription = control$?.subscribe({
      next: (command) => this.#push(command),
      error: (error: unknown) => {
        this.#error = { error };
        this.wake();
      },
    });
  }

  close(): void {
    this.#subscription?.unsubscribe();
    this.#game.signal?.removeEventListener("abort", this.#onAbort);
  }

  /** Ends a pause from outside. */
  wake(): void {
    this.#isOver = true;
    this.#wake?.();
  }

  /** Carries out what arrived, waiting here while paused. */
  async boundary(state: RunState, applied: (command: Command) => void): Promise<Orders> {
    let stop = false;
    let save = false;
    for (;;) {
      if (this.#error !== undefined) throw this.#error.error;
      for (const command of this.#waiting.splice(0)) {
        this.#check(command);
        switch (command._tag) {
          case "Pause": this.#isPaused = true; break;
          case "Resume": this.#isPaused = false; break;
          case "Stop": stop = true; break;
          case "SaveCheckpoint": save = true; break;
          case "DrawSamples": this.#requests.push("samples"); break;
          case "SetRate": state.rates.set(command.player, command.rate); break;
          case "SetWeight": state.weights.set(command.term, command.weight); break;
          default: command satisfies never;
        }
        applied(command);
      }
      if (!this.#isPaused || stop || save || this.#isOver) break;
      await new Promise<void>((resolve) => { this.#wake = resolve; });
      this.#wake = undefined;
    }
    const isPaused = this.#isPaused && !stop;
    return { stop, save, isPaused, requests: isPaused ? [] : this.#requests.splice(0) };
  }

  #push(command: Command): void {
    this.#waiting.push(command);
    this.#wake?.();
  }

  /** @throws ConfigurationError for a command the run does not know or whose values make no sense */
  #check(command: Command): void {
    const problem = (path: string, message: string): never => {
      throw new ConfigurationError("control$", [{ path, message }]);
    };
    const among = (path: string, value: unknown, known: readonly string[]): void => {
      if (!known.includes(value as string)) problem(path, `expected one of ${known.join(", ")}, got ${show(value)}`);
    };
    among("_tag", command?._tag, ["Pause", "Resume", "Stop", "SaveCheckpoint", "DrawSamples", "SetRate", "SetWeight"]);
    if (command._tag === "SetRate") {
      among("player", command.player, Object.keys(this.#blueprint.players));
      if (!(Number.isFinite(command.rate) && command.rate >= 0)) problem("rate", `expected a number >= 0, got ${show(command.rate)}`);
    }
    if (command._tag === "SetWeight") {
      if (!Number.isFinite(command.weight)) problem("weight", `expected a number, got ${show(command.weight)}`);
    }
  }
}
