import { checkOptions, optional, text } from "../../configuration/checkOptions.ts";
import { tf } from "../../math/tensor.ts";
import type { Layer } from "../layer.ts";
import { layerSpec } from "./layerSpec.ts";

export interface NoiseFromVelocityOptions {
  readonly name?: string;
}

/**
 * The noise ε = √(1 − α) x_t + √α v in noisy samples x_t, where the input is v = √α ε − √(1 − α) x₀: the end of a denoiser. What
 * is almost all noise is then known to be without being learnt, and x̂₀ = √α x_t − √(1 − α) v is never divided by a small √α.
 *
 * Shapes: v `[batch, …]`, that of the record's field `samples`; its field `alpha` is `[batch, 1]`.
 *
 * Reference: Salimans and Ho 2022, "Progressive distillation for fast sampling of diffusion models", section 4 and appendix D.
 */
export function noiseFromVelocity(options: NoiseFromVelocityOptions = {}): Layer {
  checkOptions("noiseFromVelocity", { name: optional(text) }, options);
  return {
    ...layerSpec("noiseFromVelocity", {}, options.name),
    build: (input) => ({
      output: input,
      apply(velocity, { inputs: { samples, alpha } }) {
        if (samples === undefined || alpha === undefined) throw new Error("noiseFromVelocity: the record needs samples and alpha; it is for denoisers");
        const rate = tf.reshape(alpha, [-1, ...input.map(() => 1)]);
        return tf.add(tf.mul(samples, tf.sqrt(tf.sub(1, rate))), tf.mul(velocity, tf.sqrt(rate)));
      },
    }),
  };
}
