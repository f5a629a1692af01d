import { checkOptions, having } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import type { Source } from "../game/source.ts";
import type { FieldPlans } from "../networks/network.ts";
import { derived } from "./derived.ts";
import { rangeCheck } from "./fieldPlanChecks.ts";

/**
 * A source whose `samples` are brought from their range to another by a straight line: digits in [0, 1], say, as
 * likelihoods of greys want them. Other fields pass as they are.
 *
 * @throws ConfigurationError for a range that is none; opening it, where the samples have no range
 * @example
 * ```ts
 * rescaled(digits({ batchSize: 128 }), [0, 1]);
 * ```
 */
export function rescaled<const Fields extends string>(source: Source<Fields>, range: readonly [number, number]): Source<Fields> {
  checkOptions("rescaled", { source: having("a source", "open"), range: rangeCheck }, { source, range });
  const [low, high] = range;
  return derived(source, {
    name: "rescaled",
    options: { range: [low, high] },
    provides: source.provides,
    open: (plans) => {
      const [bottom, top] = rangeOf("rescaled", plans);
      const moved = (value: number): number => low + ((value - bottom) / (top - bottom)) * (high - low);
      return {
        fields: { ...plans, samples: { ...plans["samples"]!, range: [low, high] } },
        batch: ({ count, fields }) => ({ count, fields: { ...fields, samples: Float32Array.from(fields["samples"]!, moved) } }),
      };
    },
  });
}

/** The range of a source's samples. @throws ConfigurationError where they have none */
export function rangeOf(owner: string, fields: FieldPlans): readonly [number, number] {
  const range = fields["samples"]?.range;
  if (range !== undefined) return range;
  throw new ConfigurationError(owner, [{ path: "source", message: `expected samples with a range, got ${fields["samples"] === undefined ? "no samples" : "samples without one"}` }]);
}
