import type { Blueprint } from "./blueprint.ts";
import type { Term } from "./term.ts";

/**
 * A blueprint in which a term is changed: evaluated on another sight (`seenWith`), say.
 *
 * @throws RangeError where no term has this name
 */
export function withTermEdit(blueprint: Blueprint, name: string, edit: (term: Term) => Term): Blueprint {
  if (!blueprint.terms.some((term) => term.name === name)) {
    throw new RangeError(`no term is named "${name}"; there are ${blueprint.terms.map((term) => term.name).join(", ") || "none"}`);
  }
  return { ...blueprint, terms: blueprint.terms.map((term) => (term.name === name ? edit(term) : term)) };
}
