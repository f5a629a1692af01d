import { seenWith } from "../../src/game/seenWith.ts";
import type { Seen } from "../../src/game/seen.ts";
import { rootKey } from "../../src/math/random/fold.ts";
import { tf, type Tensor } from "../../src/math/tensor.ts";

/** What a term sees of an adversary: logits given by hand, the same numbers as features, and what it measures. */
export function seeing(real: Tensor, fake: Tensor, at: Partial<Seen> = {}): Seen & { readonly measures: Readonly<Record<string, Tensor>> } {
  const measures: Record<string, Tensor> = {};
  const pass = (logits: Tensor) => ({ heads: { logits }, features: logits, buffers: {} });
  const passes = { real: pass(real), fake: pass(fake) };
  const seen = {
    index: 0,
    turn: "discriminator",
    repetition: 0,
    key: rootKey(3),
    settings: {},
    batchSize: real.shape[0]!,
    real: () => passes.real,
    fake: () => passes.fake,
    sides: () => passes,
    shown: (side: "real" | "fake") => ({ samples: passes[side].features, labels: tf.range(0, passes[side].features.shape[0]!, 1, "int32") }),
    discriminatorOf: () => "discriminator",
    measure: (name: string, value: Tensor) => {
      measures[name] = value;
    },
  } as unknown as Seen;
  return { ...seenWith(seen, at), measures };
}
