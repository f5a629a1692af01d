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
  let [bottom, width] = [0, 1];
  return derived(source, {
    name: "rescaled",
    options: { range: [low, high] },
    provides: source.provides,
    fields: (fields) => {
      const from = rangeOf("rescaled", fields);
      [bottom, width] = [from[0], from[1] - from[0]];
      return { ...fields, samples: { ...fields["samples"]!, range: [low, high] } };
    },
    batch: ({ count, fields }) => ({
      count,
      fields: { ...fields, samples: Float32Array.from(fields["samples"]!, (value) => low + ((value - bottom) / width) * (high - low)) },
    }),
  });
}

/** The range of a source's samples. @throws ConfigurationError where they have none */
export function rangeOf(owner: string, fields: FieldPlans): readonly [number, number] {
  const range = fields["samples"]?.range;
  if (range !== undefined) return range;
  throw new ConfigurationError(owner, [{ path: "source", message: `expected samples with a range, got ${fields["samples"] === undefined ? "no samples" : "samples without one"}` }]);
}
