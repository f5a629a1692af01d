import { checkOptions, either, integer, listOf, number, oneOf, optional, text } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import type { OpenSource, Source } from "../game/source.ts";
import { fold } from "../math/random/fold.ts";
import { integers } from "../math/random/integers.ts";
import type { Key } from "../math/random/key.ts";
import { byWeight, type Choose } from "./chooseByWeight.ts";

export interface CategoricalOptions<Field extends string = "labels"> {
  /** Name of the field it provides; "labels" unless told. */
  readonly field?: Field;
  /** `labels`: whole numbers. `indicators`: float32 vectors that are 1 at the class and 0 elsewhere. Default `labels`. */
  readonly as?: "labels" | "indicators";
}

/**
 * Classes drawn by their frequencies, or, where a number is given, so many classes that are all as likely.
 *
 * Field `labels` (int32, 0 … n − 1), or as indicators (float32, `[n]`). Pure in the position.
 *
 * @param classes how many, or the frequency of each up to a common factor: counts will do
 * @throws ConfigurationError for wrong options, and for frequencies that are all 0
 * @example
 * ```ts
 * categorical(10);
 * categorical([5923, 6742, 5958], { field: "classes", as: "indicators" });
 * ```
 */
export function categorical<Field extends string = "labels">(classes: number | readonly number[], options: CategoricalOptions<Field> = {}): Source<Field> {
  checkOptions("categorical", checks, { ...options, classes });
  const { as = "labels" } = options;
  const field = (options.field ?? "labels") as Field;
  if (typeof classes !== "number" && classes.every((frequency) => frequency === 0)) {
    throw new ConfigurationError("categorical", [{ path: "classes", message: `expected a frequency above 0, got ${JSON.stringify(classes)}` }]);
  }
  return {
    spec: { name: "categorical", options: { classes: typeof classes === "number" ? classes : [...classes], field, as } },
    provides: [field],
    open: (context) => openCategorical(classes, field, context.key, as),
  };
}

/** Classes under a key, as a source that is open. */
export function openCategorical(classes: number | readonly number[], field: string, key: Key, as: "labels" | "indicators" = "labels"): OpenSource {
  const own = fold(key, "categorical", field);
  const size = typeof classes === "number" ? classes : classes.length;
  const choose: Choose = typeof classes === "number" ? (chosen, count, first) => integers(chosen, count, classes, first) : byWeight(chancesOf(classes));
  return {
    fields: { [field]: as === "labels" ? { shape: [], dtype: "int32", classes: size } : { shape: [size], dtype: "float32" } },
    at: (position, count) => {
      const labels = choose(own, count, position);
      if (as === "labels") return { count, fields: { [field]: labels } };
      const indicators = new Float32Array(count * size);
      labels.forEach((label, row) => (indicators[row * size + label] = 1));
      return { count, fields: { [field]: indicators } };
    },
  };
}

function chancesOf(frequencies: readonly number[]): readonly number[] {
  const total = frequencies.reduce((sum, frequency) => sum + frequency, 0);
  return frequencies.map((frequency) => frequency / total);
}

const checks = {
  classes: either(integer(2), listOf(number({ minimum: 0 }), 2)),
  field: optional(text),
  as: optional(oneOf("labels", "indicators")),
};
