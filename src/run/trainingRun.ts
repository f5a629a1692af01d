import type { Device } from "../backends/device.ts";
import { openDevice } from "../backends/openDevice.ts";
import type { Blueprint } from "../game/blueprint.ts";
import type { TrainingEvent } from "../game/event.ts";
import { asFailure, type TrainingFailure } from "../game/failure.ts";
import type { Game } from "../game/game.ts";
import type { AnyPlugin } from "../game/plugin.ts";
import type { Round } from "../game/round.ts";
import { fold, rootKey } from "../math/random/fold.ts";
import type { Tensor } from "../math/tensor.ts";
import { sizeOf } from "../math/tensor.ts";
import { disposeTree } from "./carry.ts";
import { Controls } from "./controls.ts";
import { Drawing } from "./drawing.ts";
import { Ledger } from "./ledger.ts";
import { macrotask, Pacing } from "./pacing.ts";
import { openGame, type OpenGame } from "./openGame.ts";
import { Pipeline } from "./pipeline.ts";
import { planRound } from "./planRound.ts";
import { RunState } from "./runState.ts";
import { Saving } from "./saving.ts";

/** Who listens to a run. */
export interface Listener {
  next(event: TrainingEvent): void;
  error(failure: TrainingFailure): void;
  complete(): void;
  /** Asked at the end of each round: a promise holds the run back until it resolves. */
  ready?(): Promise<void> | undefined;
}

/** Everything a run holds, released in the reverse order of its making. */
interface Held {
  device?: Device;
  drawing?: Drawing;
  saving?: Saving;
  state?: RunState;
  ledger?: Ledger;
}

/**
 * One run: assembled → device → sources → shapes → initialised or restored → rounds. A closed loop is its clock: a
 * round starts when the one before has left the pipeline and the device is at most a few rounds behind.
 */
export class TrainingRun {
  readonly closed: Promise<void>;
  readonly #game: Game;
  readonly #blueprint: Blueprint;
  readonly #plugins: readonly AnyPlugin[];
  readonly #listener: Listener;
  readonly #abort = new AbortController();
  /** What sources listen to: aborted when the run ends, in whatever way. */
  readonly #ending = new AbortController();
  readonly #controls: Controls;
  readonly #held: Held = {};
  /** The round on its way and the measures its turns have left, so that a failure leaks neither. */
  #passing: Round | undefined;
  #measured: Record<string, Tensor> = {};

  constructor(game: Game, blueprint: Blueprint, plugins: readonly AnyPlugin[], listener: Listener) {
    this.#game = game;
    this.#blueprint = blueprint;
    this.#plugins = plugins;
    this.#listener = listener;
    this.#controls = new Controls(game, blueprint);
    this.closed = this.#play();
  }

  /** Stops at the next turn boundary, without a word. What is held is released soon after; `closed` tells when. */
  cancel(): void {
    this.#abort.abort();
    this.#ending.abort();
    this.#controls.wake();
  }

  get #isCancelled(): boolean {
    return this.#abort.signal.aborted;
  }

  async #play(): Promise<void> {
    // A synchronous run could otherwise not be unsubscribed: its subscriber has no subscription yet.
    await macrotask();
    let outcome: (() => void) | undefined;
    try {
      if (!this.#isCancelled) outcome = await this.#open();
    } catch (error) {
      outcome = () => this.#listener.error(asFailure(error));
    }
    await this.#release();
    if (!this.#isCancelled) outcome?.();
  }

  /** Opens what the run needs, plays it, and says how it ended. */
  async #open(): Promise<() => void> {
    const game = this.#game;
    const key = rootKey(game.seed ?? 0);
    const device = (this.#held.device = await openDevice(game.backend ?? "auto"));
    const drawing = (this.#held.drawing = new Drawing(this.#blueprint.sources, fold(key, "sources"), this.#ending.signal));
    await drawing.open();
    const open = openGame(this.#blueprint, drawing.fields, this.#plugins, game.seed ?? 0, drawing.contents);
    this.#checkFits(device, open);
    const state = (this.#held.state = new RunState());
    state.initialise(Object.values(open.networks), fold(key, "initial"));
    const saving = (this.#held.saving = new Saving(game.checkpoints, open.configuration, device.description));
    const restored = await saving.restore(state, drawing.positions, this.#ending.signal);
    const startedAt = performance.now() - (restored?.elapsedMs ?? 0);
    const elapsedMs = (): number => performance.now() - startedAt;
    const emit = (event: TrainingEvent): void => {
      if (!this.#isCancelled) this.#listener.next(event);
    };
    emit({
      _tag: "RunStarted",
      round: state.round,
      rounds: game.rounds,
      device: device.description,
      ...(restored === undefined ? {} : { resumedFrom: restored.origin }),
      parameters: Object.fromEntries(
        Object.values(open.networks).map((network) => [network.name, Object.values(network.parameters).reduce((sum, { shape }) => sum + sizeOf(shape), 0)]),
      ),
      configuration: open.configuration,
    });
    for (const message of restored?.warnings ?? []) emit({ _tag: "Warned", round: state.round, message });
    const complete = (reason: "finished" | "stopped" | "already finished") => () => {
      this.#listener.next({ _tag: "RunCompleted", round: state.round, reason, elapsedMs: elapsedMs() });
      this.#listener.complete();
    };
    if (state.round >= game.rounds) return complete("already finished");
    const ledger = (this.#held.ledger = new Ledger(game.rounds, emit));
    const reason = await this.#loop({ device, drawing, open, state, saving, ledger, emit, elapsedMs, key });
    return complete(reason);
  }

  #checkFits(device: Device, open: OpenGame): void {
    for (const network of Object.values(open.networks)) {
      for (const [name, { shape }] of Object.entries(network.parameters)) device.checkFits(`${network.name}/${name}`, shape);
    }
    for (const [name, { shape }] of Object.entries(open.fields)) device.checkFits(`a batch of ${name}`, [this.#blueprint.batchSize, ...shape]);
  }

  async #loop(on: Loop): Promise<"finished" | "stopped"> {
    const { state, saving, ledger, device } = on;
    const rounds = this.#game.rounds;
    const readEvery = this.#game.readEvery ?? 10;
    const pacing = new Pacing(device);
    const pipeline = new Pipeline(this.#plugins, this.#abort.signal, (round) => { this.#passing = round; });
    let failed: TrainingFailure | undefined;
    let stopListening = (): void => undefined;
    const lost = new Promise<never>((_, reject) => {
      stopListening = device.onFailure((failure) => {
        failed ??= failure;
        pipeline.fail(failure);
        reject(failure);
      });
    });
    lost.catch(() => undefined);
    // What waits for a device that is lost may wait for ever.
    const unlessLost = <T>(work: Promise<T>): Promise<T> => Promise.race([work, lost]);
    const read = (): Promise<void> => unlessLost(ledger.read());
    const save = async (): Promise<void> => {
      await read();
      for (const event of await unlessLost(saving.save(state, on.drawing.positions, { ...ledger.latest, ...ledger.scoresOf(state.round) }, on.elapsedMs()))) on.emit(event);
    };
    const controls = this.#controls;
    controls.listen();
    try {
      for (;;) {
        const orders = await controls.boundary(state, (command) => on.emit({ _tag: "CommandApplied", round: state.round, command }));
        if (this.#isCancelled) return "stopped";
        if (orders.save && saving.isEnabled) await save();
        if (orders.stop || state.round >= rounds) {
          await read();
          if (saving.isEnabled && saving.savedRound !== state.round) await save();
          return orders.stop && state.round < rounds ? "stopped" : "finished";
        }
        if (orders.isPaused) continue;
        const measured: Record<string, Tensor> = (this.#measured = {});
        const planned = planRound({ ...on, blueprint: this.#blueprint, game: this.#game, requests: orders.requests, measured, passing: () => this.#passing });
        this.#passing = planned;
        const leaving = pipeline.send(planned);
        const left = leaving instanceof Promise ? await leaving : leaving;
        if (this.#isCancelled) return "stopped";
        this.#commit(on, left, measured);
        device.tick();
        failed ??= device.failure();
        if (failed !== undefined) throw failed;
        if (ledger.unread >= readEvery || ledger.hasEvents) await read();
        if (saving.isDue(state.round, ledger.scoresOf(state.round)) && state.round < rounds) await save();
        const waiting = pacing.afterRound();
        if (waiting !== undefined) await unlessLost(waiting);
        const held = this.#listener.ready?.();
        if (held !== undefined) await held;
        if (this.#isCancelled) return "stopped";
      }
    } catch (error) {
      // A lost device fails the calls made on it before it reports its loss.
      for (let waited = 0; waited < 5 && failed === undefined && device.description.backend === "webgpu"; waited++) await macrotask();
      const failure = failed ?? device.failure() ?? error;
      // What was played before the failure is still told, where the device can still be read.
      if (failure === error) await ledger.read().catch(() => undefined);
      throw failure;
    } finally {
      stopListening();
      controls.close();
      pipeline.close();
    }
  }

  /** Takes over what a round brings out of the pipeline. */
  #commit({ state, ledger, elapsedMs }: Loop, left: Round, measured: Record<string, Tensor>): void {
    const carry = state.carry;
    state.carry = left.carry;
    disposeTree(carry, left.carry);
    disposeTree(state.previous, measured);
    state.previous = measured;
    state.round = left.index + 1;
    state.settings = left.settings;
    this.#passing = undefined;
    ledger.note(state.round, elapsedMs(), measured);
  }

  async #release(): Promise<void> {
    const { ledger, state, saving, drawing, device } = this.#held;
    if (this.#passing !== undefined) disposeTree(this.#passing.carry, state?.carry ?? null);
    disposeTree(this.#measured, state?.previous ?? null);
    ledger?.dispose();
    state?.dispose();
    this.#ending.abort();
    await Promise.allSettled([saving?.close(), drawing?.close()]);
    await device?.close().catch(() => undefined);
  }
}

/** What the rounds of one run are played on. */
export interface Loop {
  readonly device: Device;
  readonly drawing: Drawing;
  readonly open: OpenGame;
  readonly state: RunState;
  readonly saving: Saving;
  readonly ledger: Ledger;
  readonly emit: (event: TrainingEvent) => void;
  readonly elapsedMs: () => number;
  readonly key: ReturnType<typeof rootKey>;
}
