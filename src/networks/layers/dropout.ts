import { checkOptions, number, optional, text } from "../../configuration/checkOptions.ts";
import { dropoutMask } from "../../math/random/dropoutMask.ts";
import { tf } from "../../math/tensor.ts";
import type { Layer } from "../layer.ts";
import { layerSpec } from "./layerSpec.ts";

export interface DropoutOptions {
  /** Probability in [0, 1) that a value becomes 0. Default 0.5. */
  readonly rate?: number;
  readonly name?: string;
}

/**
 * In training every value is 0 with probability `rate`, else divided by 1 − rate, so that its mean stays; otherwise the
 * identity. The mask is a function of the pass's key and the layer's name alone: the same on every backend and after a
 * resume, another in every pass.
 *
 * @throws ConfigurationError unless 0 ≤ rate < 1.
 * Reference: Srivastava et al. 2014.
 */
export function dropout(options: DropoutOptions = {}): Layer {
  checkOptions("dropout", { rate: optional(number({ minimum: 0, below: 1 })), name: optional(text) }, options);
  const { rate = 0.5 } = options;
  return {
    ...layerSpec("dropout", { rate }, options.name),
    build: (input) => ({
      output: input,
      apply(x, { mode }) {
        if (!mode.isTraining || rate === 0) return x;
        return tf.mul(x, dropoutMask(mode.key, x.shape, rate));
      },
    }),
  };
}
