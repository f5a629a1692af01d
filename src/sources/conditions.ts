import { checkOptions, having, oneOf, optional, text } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import type { OpenSource, Source } from "../game/source.ts";
import { categorical } from "./categorical.ts";

export interface ConditionsOptions<Field extends string = "labels"> {
  /** The field of the data that is drawn; "labels" unless told. */
  readonly field?: Field;
  /**
   * `"data"` (unless told): as the data have them, so classes that are rare there are rare here. `"uniform"`: every class
   * alike; for labels only.
   */
  readonly draw?: "data" | "uniform";
}

/**
 * What a conditional generator is asked for: one field of the data (labels, an attribute vector, an image), drawn
 * independently of the batches of real samples. Shape and number of classes are the data's.
 *
 * @throws ConfigurationError for wrong options; opening it, where the data have no such field, or uniform labels are
 * asked of a field that does not say its number of classes, or has one
 */
export function conditions<Field extends string = "labels">(data: Source, options: ConditionsOptions<Field> = {}): Source<Field> {
  checkOptions("conditions", { data: having("a source", "open"), field: optional(text), draw: optional(oneOf("data", "uniform")) }, { ...options, data });
  const field = (options.field ?? "labels") as Field;
  const { draw = "data" } = options;
  return {
    spec: { name: "conditions", options: { field, draw, data: { ...data.spec } } },
    provides: [field],
    async open(context) {
      const opened = await data.open(context);
      const plan = opened.fields[field];
      if (plan === undefined) {
        await opened.close?.();
        throw new ConfigurationError("conditions", [{ path: "field", message: `expected one of ${Object.keys(opened.fields).join(", ")}, which the data provide, got "${field}"` }]);
      }
      if (draw === "data") return only(opened, field);
      await opened.close?.();
      if (plan.dtype === "int32" && plan.classes === 1) {
        throw new ConfigurationError("conditions", [{ path: "draw", message: `expected labels of at least 2 classes to choose from, and "${field}" has 1` }]);
      }
      if (plan.dtype === "int32" && plan.classes !== undefined && plan.shape.length === 0) return categorical(plan.classes, { field }).open(context);
      throw new ConfigurationError("conditions", [{ path: "draw", message: `expected "data", since "${field}" is not a label of a known number of classes, got "uniform"` }]);
    },
  };
}

/** An open source of which one field is left. */
function only(opened: OpenSource, field: string): OpenSource {
  const pick = (batch: Awaited<ReturnType<OpenSource["at"]>>) => ({ count: batch.count, fields: { [field]: batch.fields[field]! } });
  return {
    fields: { [field]: opened.fields[field]! },
    ...(opened.length === undefined ? {} : { length: opened.length }),
    at(position, count, signal) {
      const answer = opened.at(position, count, signal);
      return "then" in answer ? Promise.resolve(answer).then(pick) : pick(answer);
    },
    ...(opened.close === undefined ? {} : { close: () => opened.close!() }),
  };
}
