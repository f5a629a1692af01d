import { checkOptions, having, integer, optional, text } from "../../configuration/checkOptions.ts";
import { type Tensor, tf } from "../../math/tensor.ts";
import { zeros } from "../initializers/constant.ts";
import { glorot } from "../initializers/glorot.ts";
import type { Initializer, Layer } from "../layer.ts";
import { expectImage } from "./expectShape.ts";
import { layerSpec } from "./layerSpec.ts";

export interface SelfAttentionOptions {
  /** Channels of queries, keys and values. Default an eighth of the image's, at least 1. */
  readonly channels?: number;
  /** Of the four kernels. Default `glorot()`. */
  readonly kernelInitializer?: Initializer;
  readonly name?: string;
}

/**
 * Self-attention over the pixels of an image: y = x + γ W(softmax(Q Kᵀ) V), where every row of Q, K and V is a linear map of one
 * pixel's channels and the softmax is over the pixels looked at. γ starts at 0, so that the layer starts as the identity and
 * distant pixels come in as they prove useful.
 *
 * Shapes: x `[batch, height, width, n]`; query, key and value `[n, channels]`, output `[channels, n]`, gamma a scalar; no
 * biases. The map of attention is `[batch, (height · width), (height · width)]`, which bounds the side it is useful at: 16 MiB
 * for a batch of 64 at 16 × 16 pixels, 256 MiB at 32 × 32; one that the device cannot hold is refused by it.
 *
 * @throws ConfigurationError for wrong options, and when built on anything but an image.
 * Reference: Zhang et al. 2019, "Self-attention generative adversarial networks", section 3.
 */
export function selfAttention(options: SelfAttentionOptions = {}): Layer {
  checkOptions(
    "selfAttention",
    { channels: optional(integer()), kernelInitializer: optional(having("an initializer", "values")), name: optional(text) },
    options,
  );
  const { kernelInitializer = glorot() } = options;
  const { channels } = options;
  return {
    ...layerSpec("selfAttention", { ...(channels === undefined ? {} : { channels }), kernelInitializer: kernelInitializer.spec }, options.name),
    build(input) {
      const [height, width, n] = expectImage("selfAttention", input);
      const pixels = height * width;
      const inner = channels ?? Math.max(1, Math.floor(n / 8));
      const inward = { shape: [n, inner], initializer: kernelInitializer };
      return {
        output: input,
        parameters: {
          query: inward,
          key: inward,
          value: inward,
          output: { shape: [inner, n], initializer: kernelInitializer },
          gamma: { shape: [], initializer: zeros() },
        },
        apply(x, { parameters }) {
          const flat = tf.reshape(x, [-1, n]);
          const mapped = (name: string): Tensor => tf.reshape(tf.matMul(flat, parameters[name]!), [-1, pixels, inner]);
          const attention = tf.softmax(tf.matMul(mapped("query"), mapped("key"), false, true));
          const seen = tf.reshape(tf.matMul(attention, mapped("value")), [-1, inner]);
          return tf.add(x, tf.mul(parameters["gamma"]!, tf.reshape(tf.matMul(seen, parameters["output"]!), [-1, height, width, n])));
        },
      };
    },
  };
}
