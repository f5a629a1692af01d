import { checkOptions, having, satisfies } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import type { Source } from "../game/source.ts";
import { derived } from "./derived.ts";

/**
 * A source with other names for its fields: `names` says under which new name each old one is provided; fields that are
 * not named are left out. So a mixture's `samples` become the `codes` of a prior.
 *
 * @throws ConfigurationError where the source provides no such field
 * @example
 * ```ts
 * renamed(mixture("ring", { batchSize: 64 }), { codes: "samples" });
 * ```
 */
export function renamed<const Names extends Readonly<Record<string, string>>>(source: Source, names: Names): Source<keyof Names & string> {
  const byName = satisfies("old field names by their new ones", (value) => value !== null && typeof value === "object" && Object.keys(value).length > 0);
  checkOptions("renamed", { source: having("a source", "open"), names: byName }, { source, names });
  const missing = Object.entries(names).filter(([, old]) => !source.provides.includes(old));
  if (missing.length > 0) {
    throw new ConfigurationError("renamed", missing.map(([name, old]) => ({
      path: `names.${name}`,
      message: `expected a field of the source (${source.provides.join(", ")}), got "${old}"`,
    })));
  }
  const taken = <T>(fields: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
    Object.fromEntries(Object.entries(names).map(([name, old]) => [name, fields[old]!]));
  return derived(source, {
    name: "renamed",
    options: { names: { ...names } },
    provides: Object.keys(names) as (keyof Names & string)[],
    open: (plans) => ({ fields: taken(plans), batch: ({ count, fields }) => ({ count, fields: taken(fields) }) }),
  });
}
