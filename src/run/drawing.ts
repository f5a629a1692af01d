import { ConfigurationError } from "../configuration/configurationError.ts";
import { sizeOf, type Tensors, tf } from "../math/tensor.ts";
import { fold } from "../math/random/fold.ts";
import type { Key } from "../math/random/key.ts";
import type { FieldPlans } from "../networks/network.ts";
import { SourceFailed } from "../game/failure.ts";
import type { Batch, MaybePromise, OpenSource, Source } from "../game/source.ts";

/** Whether a value is still to come. */
export function isPromise<T>(value: MaybePromise<T>): value is PromiseLike<T> {
  return typeof value === "object" && value !== null && "then" in value;
}

/** The sources of a run, opened once per stream of draws, with the training's positions. */
export class Drawing {
  /** Samples drawn for training so far, by source. */
  readonly positions: Record<string, number> = {};
  readonly fields: Record<string, FieldPlans> = {};
  /** Digests of what the sources were opened on, by source; of those that say. */
  readonly contents: Record<string, string> = {};
  readonly #sources: Readonly<Record<string, Source>>;
  readonly #key: Key;
  readonly #signal: AbortSignal;
  readonly #training = new Map<string, OpenSource>();
  readonly #streams = new Map<string, MaybePromise<OpenSource>>();

  constructor(sources: Readonly<Record<string, Source>>, key: Key, signal: AbortSignal) {
    this.#sources = sources;
    this.#key = key;
    this.#signal = signal;
  }

  /** Opens every source for training. @throws SourceFailed */
  async open(): Promise<void> {
    for (const name of Object.keys(this.#sources)) {
      const open = await this.#openStream(name, "training");
      this.#training.set(name, open);
      this.fields[name] = open.fields;
      if (open.content !== undefined) this.contents[name] = open.content;
      this.positions[name] = 0;
    }
  }

  /** The training batch `ahead` samples from a source's position; the position stays. */
  ask(source: string, count: number, ahead = 0): MaybePromise<Batch> {
    const open = this.#training.get(source);
    if (open === undefined) throw new RangeError(`no source is named "${source}"; there are ${Object.keys(this.#sources).join(", ")}`);
    return this.#answer(source, open, this.positions[source]! + ahead, count);
  }

  /** A batch of another stream, at an explicit position. */
  draw(source: string, count: number, stream: string, position: number): MaybePromise<Batch> {
    if (this.#sources[source] === undefined) {
      throw new RangeError(`no source is named "${source}"; there are ${Object.keys(this.#sources).join(", ")}`);
    }
    const id = `${stream}/${source}`;
    const opened = this.#streams.get(id) ?? this.#openStream(source, stream);
    this.#streams.set(id, opened);
    if (!isPromise(opened)) return this.#answer(source, opened, position, count);
    return Promise.resolve(opened).then((open) => {
      this.#streams.set(id, open);
      return this.#answer(source, open, position, count);
    });
  }

  /** A batch as tensors. The caller owns them. */
  upload(source: string, batch: Batch): Tensors {
    const plans = this.fields[source]!;
    return Object.fromEntries(
      Object.entries(batch.fields).map(([name, values]) => {
        const plan = plans[name];
        if (plan === undefined) throw new SourceFailed(source, `answered a field "${name}" it did not announce; announced: ${Object.keys(plans).join(", ")}`);
        return [name, tf.tensor(values, [batch.count, ...plan.shape], plan.dtype)];
      }),
    );
  }

  async close(): Promise<void> {
    const others = await Promise.allSettled([...this.#streams.values()]);
    const opened = [...this.#training.values(), ...others.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []))];
    await Promise.allSettled(opened.map(async (open) => open.close?.()));
  }

  #openStream(source: string, stream: string): MaybePromise<OpenSource> {
    try {
      const opened = this.#sources[source]!.open({ key: fold(this.#key, stream, source), signal: this.#signal });
      return isPromise(opened) ? Promise.resolve(opened).catch((error: unknown) => { throw asSourceFailure(source, error); }) : opened;
    } catch (error) {
      throw asSourceFailure(source, error);
    }
  }

  #answer(source: string, open: OpenSource, position: number, count: number): MaybePromise<Batch> {
    const check = (batch: Batch): Batch => {
      for (const [name, plan] of Object.entries(open.fields)) {
        const wanted = count * sizeOf(plan.shape);
        const got = batch.fields[name]?.length ?? 0;
        if (batch.count !== count || got !== wanted) {
          throw new SourceFailed(source, `answered ${batch.count} samples with ${got} numbers in "${name}" where ${count} samples of [${plan.shape.join(", ")}] were asked for`);
        }
      }
      return batch;
    };
    try {
      const answer = open.at(position, count, this.#signal);
      if (!isPromise(answer)) return check(answer);
      return Promise.resolve(answer).then(check).catch((error: unknown) => { throw asSourceFailure(source, error); });
    } catch (error) {
      throw asSourceFailure(source, error);
    }
  }
}

function asSourceFailure(source: string, error: unknown): unknown {
  if (error instanceof SourceFailed || error instanceof ConfigurationError) return error;
  return new SourceFailed(source, error instanceof Error ? error.message : String(error), error);
}
