import { ConfigurationError, type Problem } from "../configuration/configurationError.ts";
import type { FieldPlan, FieldPlans } from "../networks/network.ts";

/** What a plan says in words, nothing where it leaves it open; and how two that differ are brought together. */
const sayings: Readonly<Record<keyof FieldPlan, { readonly of: (plan: FieldPlan) => string | undefined; readonly mend: string }>> = {
  shape: { of: ({ shape }) => `[${shape.join(", ")}]`, mend: "give both one shape" },
  dtype: { of: ({ dtype }) => dtype, mend: "give both one type" },
  range: { of: ({ range }) => range && `[${range.join(", ")}]`, mend: "bring both to one range by rescaled(…)" },
  classes: { of: ({ classes }) => classes?.toString(), mend: "give both the same `classes`" },
};

/**
 * The fields of all sources of a game as one record. Sources that share a field describe it together: what one of them leaves
 * open, its range or its number of classes, is known from another.
 *
 * @throws ConfigurationError naming everything that two sources say differently of a field
 */
export function sharedFields(sourceFields: Readonly<Record<string, FieldPlans>>): FieldPlans {
  const fields: Record<string, FieldPlan> = {};
  const heard = new Map<string, { readonly source: string; readonly words: string }>();
  const problems: Problem[] = [];
  for (const [source, plans] of Object.entries(sourceFields)) {
    for (const [field, plan] of Object.entries(plans)) {
      fields[field] = { ...plan, ...fields[field] };
      for (const [aspect, { of, mend }] of Object.entries(sayings)) {
        const words = of(plan);
        const path = `${field}.${aspect}`;
        const first = heard.get(path);
        if (words === undefined || words === first?.words) continue;
        if (first === undefined) heard.set(path, { source, words });
        else {
          problems.push({
            path: `sources.${source}.${path}`,
            message: `expected ${first.words}, as the source "${first.source}" says, got ${words}; ${mend}, or give one's field another name, or none, by renamed(…)`,
          });
        }
      }
    }
  }
  if (problems.length > 0) throw new ConfigurationError("train$", problems);
  return fields;
}
