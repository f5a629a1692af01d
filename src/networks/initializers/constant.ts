import { checkOptions, number } from "../../configuration/checkOptions.ts";
import { sizeOf } from "../../math/tensor.ts";
import type { Initializer } from "../layer.ts";

export interface ConstantOptions {
  readonly value: number;
}

/** The same number everywhere. */
export function constant(options: ConstantOptions): Initializer {
  checkOptions("constant", { value: number() }, options);
  const { value } = options;
  return { spec: { name: "constant", options: { value } }, values: (_key, shape) => new Float32Array(sizeOf(shape)).fill(value) };
}

export function zeros(): Initializer {
  return constant({ value: 0 });
}

export function ones(): Initializer {
  return constant({ value: 1 });
}
