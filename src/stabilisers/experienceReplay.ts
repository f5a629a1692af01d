import { map } from "rxjs";
import { checkOptions, integer, number, optional, text } from "../configuration/checkOptions.ts";
import { definePlugin, type Plugin } from "../game/plugin.ts";
import { withCarry, type Round } from "../game/round.ts";
import type { View } from "../game/view.ts";
import { fold } from "../math/random/fold.ts";
import type { Key } from "../math/random/key.ts";
import { permutation } from "../math/random/permutation.ts";
import { tf, type Tensor, type Tensors } from "../math/tensor.ts";
import { withoutTape } from "../math/withoutTape.ts";

export interface ExperienceReplayOptions {
  /** Generated samples that are kept. Default 50. */
  readonly size?: number;
  /** Share of a batch that is shown from the pool, in (0, 1]. Default 0.5. */
  readonly share?: number;
  /** Default `discriminator`: the network that is shown the past, and the turn in which it is. */
  readonly discriminator?: string;
  readonly turn?: string;
}

/** Which rows the discriminator is shown, and which the pool keeps; places ≥ `batch` are rows of the pool. */
export interface Exchange {
  readonly shown: Int32Array;
  readonly kept: Int32Array;
}

/**
 * Shows the discriminator, among what is generated, samples of earlier rounds, so that it does not forget what it has
 * already learnt to tell and the players do not chase each other in a circle.
 *
 * A pool of `size` samples fills up with the first that are generated. From then on `share` of each batch's generated rows
 * (as many as the pool has at most), chosen at random, change places with random rows of the pool: the old ones are shown,
 * the new ones kept. Whole rows change places, so labels and codes stay with their samples. Only in the discriminator's
 * turn; the generator is judged by what it makes now. The pool holds samples as they are made: views that augment come
 * after. It is in the checkpoint.
 *
 * One exchange a round is kept: of several repetitions or micro-batches in a turn all are shown the same pool, and the
 * last one's exchange is what remains. Put it before the steps.
 *
 * @throws ConfigurationError for wrong options; at assembly where there is no such network or turn, or the share is less than a row
 * @example One pool for each of two discriminators
 * ```ts
 * train$(game, experienceReplay({ discriminator: "judgeA", turn: "judges" }), experienceReplay({ discriminator: "judgeB", turn: "judges" }), …);
 * ```
 * Reference: Shrivastava et al. 2017, "Learning from simulated and unsupervised images through adversarial training",
 * section 2.3; the pool of 50 from Zhu et al. 2017, "CycleGAN".
 */
export function experienceReplay(options: ExperienceReplayOptions = {}): Plugin {
  checkOptions(
    "experienceReplay",
    { size: optional(integer()), share: optional(number({ above: 0, maximum: 1 })), discriminator: optional(text), turn: optional(text) },
    options,
  );
  const { size = 50, share = 0.5, discriminator = "discriminator", turn = "discriminator" } = options;
  const described = { size, share, discriminator, turn };
  const name = discriminator === "discriminator" ? "experienceReplay" : `experienceReplay/${discriminator}`;
  const view = (look: View["of"]): View => ({ name, spec: { name: "experienceReplay", options: described }, networks: [discriminator], of: look });
  return definePlugin(
    name,
    (round$) =>
      round$.pipe(
        map((round) => {
          const before = round.carry[name] as Tensors | undefined;
          let pool = before;
          let left: Tensors | undefined;
          const replay = view((record, { key, side, turn: looking }) => {
            if (side !== "fake" || looking !== turn) return record;
            const { shown, kept } = replayed(record, pool, key, size, share);
            tf.dispose(Object.values(left ?? {}));
            left = kept;
            return shown;
          });
          const takeOver = (played: Round): Round => {
            if (left === undefined) return played;
            // The engine disposes of what the round before has left; a pool between two turns of one round is ours.
            if (pool !== undefined && pool !== before) tf.dispose(Object.values(pool));
            pool = left;
            left = undefined;
            return withCarry(played, name, pool);
          };
          const giveUp = (error: unknown): never => {
            tf.dispose(Object.values(left ?? {}));
            left = undefined;
            throw error;
          };
          return {
            ...round,
            views: round.views.map((each) => (each.name === name ? replay : each)),
            // What a turn has shown is known only when it has been played; the pool it leaves must be in this round's carry.
            play(...names: readonly string[]) {
              const again = (played: Round): Round => ({ ...takeOver(played), play: this.play });
              try {
                const played = round.play.call({ ...this, play: round.play }, ...names);
                return "index" in played ? again(played) : Promise.resolve(played).then(again, giveUp);
              } catch (error) {
                return giveUp(error);
              }
            },
          };
        }),
      ),
    {
      options: described,
      carries: [name],
      assemble: (blueprint) => {
        if (blueprint.networks[discriminator] === undefined) {
          throw new RangeError(`discriminator: no network is named "${discriminator}"; there are ${Object.keys(blueprint.networks).join(", ")}`);
        }
        if (!blueprint.turns.some((known) => known.name === turn)) {
          throw new RangeError(`turn: no turn is named "${turn}"; there are ${blueprint.turns.map((known) => known.name).join(", ")}`);
        }
        const { batchSize } = blueprint;
        if (Math.floor(batchSize * share) === 0) throw new RangeError(`share: expected at least one row of a batch of ${batchSize}, ${1 / batchSize} or more, got ${share}`);
        const early = view(() => {
          throw new RangeError(`${name}: expected to stand before the steps that play; put it ahead of them in the list of plugins`);
        });
        return { ...blueprint, views: [early, ...blueprint.views] };
      },
    },
  );
}

/** The record with some rows from the pool, and the pool after; the latter kept, the caller's to dispose of. */
function replayed(record: Tensors, pool: Tensors | undefined, key: Key, size: number, share: number): { readonly shown: Tensors; readonly kept: Tensors } {
  const [first] = Object.keys(record);
  const batch = record[first!]!.shape[0]!;
  const { shown, kept } = exchangeOf(key, batch, pool?.[first!]?.shape[0] ?? 0, size, share);
  const isExchanged = shown.some((place, row) => place !== row);
  const pick = (rows: Tensor, places: Int32Array): Tensor => tf.gather(rows, tf.tensor1d(places, "int32"));
  const both = (field: string): Tensor => (pool === undefined ? record[field]! : tf.concat([record[field]!, pool[field]!]));
  const each = (make: (field: string) => Tensor): Tensors => Object.fromEntries(Object.keys(record).map((field) => [field, make(field)]));
  return {
    shown: isExchanged ? each((field) => pick(both(field), shown)) : record,
    kept: withoutTape(() => each((field) => tf.keep(pick(both(field), kept)))),
  };
}

/** What changes places when a batch meets a pool of `held` samples that may hold `size`. */
export function exchangeOf(key: Key, batch: number, held: number, size: number, share: number): Exchange {
  const rows = Int32Array.from({ length: batch }, (_, row) => row);
  const places = Int32Array.from({ length: held }, (_, place) => batch + place);
  if (held < size) return { shown: rows, kept: Int32Array.of(...places, ...rows.slice(0, size - held)) };
  const count = Math.min(Math.floor(batch * share), held);
  const [leaving, entering] = [permutation(fold(key, "rows"), batch), permutation(fold(key, "pool"), held)];
  for (let i = 0; i < count; i++) {
    const [row, place] = [leaving[i]!, entering[i]!];
    rows[row] = batch + place;
    places[place] = row;
  }
  return { shown: rows, kept: places };
}
