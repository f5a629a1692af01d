import type { Json, Spec } from "../../configuration/spec.ts";
import type { Layer } from "../layer.ts";

/** The spec and name every layer carries; the name is part of the spec, since variables are called by it. */
export function layerSpec(
  kind: string,
  options: { readonly [key: string]: Json },
  name: string | undefined,
): Pick<Layer, "spec" | "name"> {
  const spec: Spec = { name: kind, options: name === undefined ? options : { ...options, name } };
  return name === undefined ? { spec } : { spec, name };
}
