import { checkOptions, optional, text } from "../../configuration/checkOptions.ts";
import { tf } from "../../math/tensor.ts";
import { withoutTape } from "../../math/withoutTape.ts";
import type { Layer } from "../layer.ts";
import { expectVector } from "./expectShape.ts";
import { layerSpec } from "./layerSpec.ts";

export interface LogSumExpOptions {
  readonly name?: string;
}

/**
 * log Σ e^x over a sample's values, `[batch, n]` to `[batch, 1]`, for values of any size. Its gradient is their softmax.
 *
 * On the logits of K classes it is the logit of "one of them" against a further class whose logit is 0.
 *
 * @throws ConfigurationError for wrong options, and when built on anything but a vector.
 */
export function logSumExp(options: LogSumExpOptions = {}): Layer {
  checkOptions("logSumExp", { name: optional(text) }, options);
  return {
    ...layerSpec("logSumExp", {}, options.name),
    build(input) {
      expectVector("logSumExp", input);
      return {
        output: [1],
        apply(x) {
          // A constant: the gradient does not depend on what is taken out of the sum.
          const most = withoutTape(() => tf.max(x, -1, true));
          return tf.add(tf.log(tf.sum(tf.exp(tf.sub(x, most)), -1, true)), most);
        },
      };
    },
  };
}
