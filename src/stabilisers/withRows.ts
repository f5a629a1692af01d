import { seenWith } from "../game/seenWith.ts";
import type { Seen } from "../game/seen.ts";
import type { Tensor, Tensors } from "../math/tensor.ts";
import type { Pass } from "../networks/network.ts";

export type Side = "real" | "fake";

/** How the rows that count on one side are made of the rows of both. `rows` answers for one and the same tensor of a side. */
export type Rearrangement = (side: Side, rows: (of: Side) => Tensor) => Tensor;

/**
 * The same sight, in which the rows of an adversary's two sides are rearranged: in all heads, in the features and in the
 * record that was shown, so that they stay aligned. Each tensor is rearranged when it is first looked at.
 */
export function withRows(seen: Seen, adversary: string, rearrangement: Rearrangement): Seen {
  const passOf = (side: Side): Pass => (side === "real" ? seen.real(adversary) : seen.fake(adversary));
  const rearranged = (side: Side): Pass => {
    const own = passOf(side);
    const features = once(() => rearrangement(side, (of) => passOf(of).features));
    return {
      heads: lazily(own.heads, (head) => rearrangement(side, (of) => passOf(of).heads[head]!)),
      get features() {
        return features();
      },
      buffers: own.buffers,
    };
  };
  const passes = { real: once(() => rearranged("real")), fake: once(() => rearranged("fake")) };
  const shown = (side: Side, look?: string): Tensors =>
    lazily(seen.shown(side, adversary, look), (field) => rearrangement(side, (of) => seen.shown(of, adversary, look)[field]!));
  const records = { real: once(() => shown("real")), fake: once(() => shown("fake")) };
  return seenWith(seen, {
    real: (name = "adversary") => (name === adversary ? passes.real() : seen.real(name)),
    fake: (name = "adversary") => (name === adversary ? passes.fake() : seen.fake(name)),
    sides(name = "adversary") {
      const own = seen.sides(name);
      return name === adversary ? { real: passes.real(), fake: passes.fake() } : own;
    },
    shown(side, name = "adversary", look) {
      if (name !== adversary) return seen.shown(side, name, look);
      return look === undefined ? records[side]() : shown(side, look);
    },
  });
}

/** Tensors of the same names, each made when it is first looked at. */
function lazily(tensors: Tensors, make: (name: string) => Tensor): Tensors {
  const made = {};
  for (const name of Object.keys(tensors)) Object.defineProperty(made, name, { enumerable: true, get: once(() => make(name)) });
  return made;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
