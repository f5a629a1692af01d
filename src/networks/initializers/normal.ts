import { checkOptions, number, optional } from "../../configuration/checkOptions.ts";
import { normals } from "../../math/random/normals.ts";
import { sizeOf } from "../../math/tensor.ts";
import type { Initializer } from "../layer.ts";

export interface NormalOptions {
  readonly mean?: number;
  readonly deviation?: number;
}

/**
 * Independent normal numbers, N(mean, deviation²); by default DCGAN's N(0, 0.02²).
 *
 * @throws ConfigurationError unless `deviation` ≥ 0.
 * Reference: Radford et al. 2016, section 4.
 */
export function normal(options: NormalOptions = {}): Initializer {
  checkOptions("normal", { mean: optional(number()), deviation: optional(number({ minimum: 0 })) }, options);
  const { mean = 0, deviation = 0.02 } = options;
  return {
    spec: { name: "normal", options: { mean, deviation } },
    values: (key, shape) => normals(key, sizeOf(shape)).map((value) => mean + deviation * value),
  };
}
