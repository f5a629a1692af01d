import { ConfigurationError } from "../../configuration/configurationError.ts";
import type { Spec } from "../../configuration/spec.ts";
import type { Initializer } from "../layer.ts";
import { constant } from "./constant.ts";
import { glorot } from "./glorot.ts";
import { he } from "./he.ts";
import { normal } from "./normal.ts";
import { orthogonal } from "./orthogonal.ts";

/** Each factory checks its own options, so the cast behind this type is safe. */
type Revive = (options: never) => Initializer;
const initializers: Readonly<Record<string, Revive>> = { constant, glorot, he, normal, orthogonal };

/** The initialiser a spec describes. @throws ConfigurationError for an unknown name or wrong options. */
export function initializerFromSpec(spec: Spec): Initializer {
  const revive = initializers[spec.name];
  if (revive === undefined) {
    const known = Object.keys(initializers).join(", ");
    throw new ConfigurationError("initializerFromSpec", [{ path: "name", message: `expected one of ${known}, got "${spec.name}"` }]);
  }
  return revive((spec.options ?? {}) as never);
}
