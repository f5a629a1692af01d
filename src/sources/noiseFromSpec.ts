import type { Spec } from "../configuration/spec.ts";
import type { Source } from "../game/source.ts";
import type { FieldPlans } from "../networks/network.ts";
import { categorical, type CategoricalOptions } from "./categorical.ts";
import { gaussian, sphere, truncated, uniform, type TruncatedOptions, type UniformOptions } from "./noise.ts";
import { renamed } from "./renamed.ts";

/** The options of all of them together; which are there, the name tells. */
type Revived = UniformOptions<string> & TruncatedOptions<string> & { readonly size: number; readonly classes?: number | readonly number[]; readonly draw?: string };

/**
 * The source of noise or classes a spec describes, under whatever name: `noiseFromSpec(gaussian(64).spec)` answers as
 * `gaussian(64)` does. Nothing where the spec is not one of the library's. Labels drawn uniformly from the classes of the data (`conditions`) need
 * their field's plan to say how many there are.
 *
 * @throws ConfigurationError where the spec's options make no sense
 */
export function noiseFromSpec({ name, options = {} }: Spec, plans: FieldPlans = {}): Source | undefined {
  const { size, classes, draw, ...rest } = options as unknown as Revived;
  const { field } = rest;
  switch (name) {
    case "gaussian":
      return gaussian(size, rest);
    case "uniform":
      return uniform(size, rest);
    case "sphere":
      return sphere(size, rest);
    case "truncated":
      return truncated(size, rest);
    case "categorical":
      return categorical(classes!, rest as CategoricalOptions<string>);
    case "conditions": {
      const known = plans[field!]?.classes;
      return draw === "uniform" && known !== undefined ? categorical(known, { field: field! }) : undefined;
    }
    case "renamed": {
      const { names, source } = options as unknown as { readonly names: Readonly<Record<string, string>>; readonly source: Spec };
      const inner = noiseFromSpec(source, plans);
      return inner === undefined ? undefined : renamed(inner, names);
    }
    default:
      return undefined;
  }
}
