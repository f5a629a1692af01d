import type { RoundPlayed, TrainingEvent } from "../game/event.ts";
import { NotFinite } from "../game/failure.ts";
import { tf, type Tensor, type Tensors } from "../math/tensor.ts";

interface Entry {
  readonly round: number;
  readonly elapsedMs: number;
  readonly names: readonly string[];
  /** The measures in one vector. */
  readonly packed: Tensor;
  /** Metrics that were never on the device. */
  readonly numbers: Readonly<Record<string, number>>;
}

/**
 * Rounds that were played but not read. Their measures stay on the device, packed; one read fetches them all, because a
 * read costs 3 to 11 ms on Deno and stalls the device everywhere.
 */
export class Ledger {
  readonly #rounds: number;
  readonly #emit: (event: TrainingEvent) => void;
  #entries: Entry[] = [];
  #numbers: Readonly<Record<string, number>> = {};
  /** Events made since, to follow the rounds they belong to. */
  #after: TrainingEvent[] = [];
  /** The metrics last read, each quantity's newest value. */
  readonly latest: Record<string, number> = {};
  /** Finite scores of samples, and the round they were drawn in. */
  #scores: { readonly round: number; readonly values: Readonly<Record<string, number>> } = { round: 0, values: {} };

  constructor(rounds: number, emit: (event: TrainingEvent) => void) {
    this.#rounds = rounds;
    this.#emit = emit;
  }

  get unread(): number {
    return this.#entries.length;
  }

  get hasEvents(): boolean {
    return this.#after.length > 0;
  }

  /** A metric of the round being played that is known already. */
  measure(name: string, value: number): void {
    this.#numbers = { ...this.#numbers, [name]: value };
  }

  /** Notes a round; `measures` stay the caller's. */
  note(round: number, elapsedMs: number, measures: Tensors): void {
    const names = Object.keys(measures);
    const packed = tf.tidy(() => (names.length === 0 ? tf.zeros([0]) : tf.stack(Object.values(measures))));
    this.#entries.push({ round, elapsedMs, names, packed, numbers: this.#numbers });
    this.#numbers = {};
  }

  /** An event to send after the rounds noted so far and the one being played. */
  follow(event: TrainingEvent): void {
    this.#after.push(event);
    if (event._tag !== "Measured") return;
    const values = Object.fromEntries(event.scores.flatMap(({ name, value }) => (Number.isFinite(value) ? [[name, value]] : [])));
    this.#scores = { round: event.round, values: { ...this.scoresOf(event.round), ...values } };
  }

  /** What samples drawn in this very round scored: older scores are those of other weights. */
  scoresOf(round: number): Readonly<Record<string, number>> {
    return this.#scores.round === round ? this.#scores.values : {};
  }

  /** Reads what is unread, emits it in order, then the events that follow. @throws NotFinite at the first such round */
  async read(): Promise<void> {
    const entries = this.#entries;
    this.#entries = [];
    const values = await readPacked(entries);
    const after = this.#after;
    this.#after = [];
    let offset = 0;
    for (const { round, elapsedMs, names, numbers } of entries) {
      const metrics: Record<string, number> = { ...numbers };
      for (const name of names) {
        const value = values[offset++]!;
        if (!Number.isFinite(value)) throw new NotFinite(round, name, value);
        metrics[name] = this.latest[name] = value;
      }
      const event: RoundPlayed = { _tag: "RoundPlayed", round, rounds: this.#rounds, metrics, elapsedMs };
      this.#emit(event);
    }
    for (const event of after) this.#emit(event);
  }

  dispose(): void {
    for (const { packed } of this.#entries) packed.dispose();
    this.#entries = [];
    this.#after = [];
  }
}

async function readPacked(entries: readonly Entry[]): Promise<ArrayLike<number>> {
  const filled = entries.filter(({ names }) => names.length > 0).map(({ packed }) => packed);
  try {
    if (filled.length === 0) return [];
    if (filled.length === 1) return await filled[0]!.data();
    const all = tf.concat(filled);
    try {
      return await all.data();
    } finally {
      all.dispose();
    }
  } finally {
    for (const { packed } of entries) packed.dispose();
  }
}
