import type { Spec } from "../configuration/spec.ts";
import type { Source } from "../game/source.ts";
import { gaussian, sphere, truncated, uniform, type TruncatedOptions, type UniformOptions } from "./noise.ts";

/**
 * The noise source a spec describes: `noiseFromSpec(gaussian(64).spec)` answers as `gaussian(64)` does. Nothing where the
 * spec is not one of the library's noise sources.
 *
 * @throws ConfigurationError where the spec's options make no sense
 */
export function noiseFromSpec({ name, options = {} }: Spec): Source | undefined {
  const { size, ...rest } = options as unknown as { readonly size: number } & UniformOptions<string> & TruncatedOptions<string>;
  switch (name) {
    case "gaussian":
      return gaussian(size, rest);
    case "uniform":
      return uniform(size, rest);
    case "sphere":
      return sphere(size, rest);
    case "truncated":
      return truncated(size, rest);
    default:
      return undefined;
  }
}
