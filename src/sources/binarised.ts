import { checkOptions, having, oneOf, optional } from "../configuration/checkOptions.ts";
import type { Source } from "../game/source.ts";
import { fold } from "../math/random/fold.ts";
import { uniforms } from "../math/random/uniforms.ts";
import { derived } from "./derived.ts";
import { rangeOf } from "./rescaled.ts";

export interface BinarisedOptions {
  /**
   * `sampled`: a pixel is 1 with the probability of its grey, drawn anew each time the image is drawn (dynamic binarisation).
   * `threshold`: 1 from the middle of the range on. Default `sampled`.
   */
  readonly by?: "sampled" | "threshold";
}

/**
 * A source whose `samples` are made 0 or 1, with the range [0, 1]: what a Bernoulli likelihood is a likelihood of.
 *
 * @throws ConfigurationError for wrong options; opening it, where the samples have no range
 * @example
 * ```ts
 * binarised(digits({ batchSize: 128 }));
 * ```
 * Reference: Salakhutdinov and Murray 2008, "On the quantitative analysis of deep belief networks", section 4.2.
 */
export function binarised<const Fields extends string>(source: Source<Fields>, options: BinarisedOptions = {}): Source<Fields> {
  checkOptions("binarised", { source: having("a source", "open"), by: optional(oneOf("sampled", "threshold")) }, { ...options, source });
  const { by = "sampled" } = options;
  return derived(source, {
    name: "binarised",
    options: { by },
    provides: source.provides,
    open: (plans, context) => {
      const [bottom, top] = rangeOf("binarised", plans);
      const key = fold(context.key, "binarised");
      return {
        fields: { ...plans, samples: { ...plans["samples"]!, range: [0, 1] } },
        batch: ({ count, fields }, position) => {
          const greys = fields["samples"]!;
          const thresholds = by === "sampled" ? uniforms(key, greys.length, 0, 1, (position * greys.length) / count) : undefined;
          const samples = Float32Array.from(greys, (value, i) => ((value - bottom) / (top - bottom) > (thresholds?.[i] ?? 0.5) ? 1 : 0));
          return { count, fields: { ...fields, samples } };
        },
      };
    },
  });
}
