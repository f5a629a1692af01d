import { checkOptions, number, optional } from "../../configuration/checkOptions.ts";
import { normals } from "../../math/random/normals.ts";
import { sizeOf } from "../../math/tensor.ts";
import type { Initializer } from "../layer.ts";
import { fansOf } from "./fans.ts";

export interface HeOptions {
  /** Slope of the leaky ReLU that follows; 0 for ReLU. */
  readonly slope?: number;
}

/**
 * He's normal initialiser, which keeps the variance of activations through layers of (leaky) ReLU:
 * N(0, 2 / ((1 + slope²) · fanIn)).
 *
 * Reference: He et al. 2015, "Delving deep into rectifiers", equations 10 and 15.
 */
export function he(options: HeOptions = {}): Initializer {
  checkOptions("he", { slope: optional(number()) }, options);
  const { slope = 0 } = options;
  return {
    spec: { name: "he", options: { slope } },
    values(key, shape) {
      const deviation = Math.sqrt(2 / ((1 + slope ** 2) * fansOf(shape).fanIn));
      return normals(key, sizeOf(shape)).map((value) => deviation * value);
    },
  };
}
