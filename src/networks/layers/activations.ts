import type { Activation } from "../../backends/kernels/activation.ts";
import { checkOptions, number, optional, text } from "../../configuration/checkOptions.ts";
import { silu as weightedBySigmoid } from "../../backends/kernels/silu/silu.ts";
import { type Tensor, tf } from "../../math/tensor.ts";
import type { Layer } from "../layer.ts";
import { layerSpec } from "./layerSpec.ts";

export interface ActivationOptions {
  readonly name?: string;
}

export interface LeakyReluOptions extends ActivationOptions {
  /** Factor on negative values. Default 0.2, DCGAN's. */
  readonly slope?: number;
}

/** max(x, 0). Its derivative at 0 is 0. */
export function relu(options: ActivationOptions = {}): Layer {
  return elementwise("relu", tf.relu, options, { kind: "rectifier", slope: 0 });
}

/**
 * x where x > 0, else slope · x. Its derivative at 0 is the slope.
 *
 * Reference: Maas et al. 2013; slope 0.2 from Radford et al. 2016, section 4.
 */
export function leakyRelu(options: LeakyReluOptions = {}): Layer {
  checkOptions("leakyRelu", { slope: optional(number()), name: optional(text) }, options);
  const { slope = 0.2 } = options;
  return {
    ...layerSpec("leakyRelu", { slope }, options.name),
    build: (input) => ({
      output: input,
      // With a slope below 0 the output does not tell the sign of the input.
      apply: Object.assign((x: Tensor) => tf.leakyRelu(x, slope), slope >= 0 ? { activation: { kind: "rectifier", slope } as const } : {}),
    }),
  };
}

/** tanh x, in (−1, 1): the output of a generator of images. */
export function tanh(options: ActivationOptions = {}): Layer {
  return elementwise("tanh", tf.tanh, options, { kind: "tanh" });
}

/** 1 / (1 + e⁻ˣ), in (0, 1). Not for a discriminator's output: objectives take logits. */
export function sigmoid(options: ActivationOptions = {}): Layer {
  return elementwise("sigmoid", tf.sigmoid, options);
}

/**
 * x · sigmoid(x), also called swish.
 *
 * Reference: Elfwing, Uchibe and Doya 2018; Ramachandran, Zoph and Le 2018.
 */
export function silu(options: ActivationOptions = {}): Layer {
  return elementwise("silu", weightedBySigmoid, options);
}

/** log(1 + eˣ), a smooth ReLU. */
export function softplus(options: ActivationOptions = {}): Layer {
  return elementwise("softplus", tf.softplus, options);
}

function elementwise(kind: string, of: (x: Tensor) => Tensor, options: ActivationOptions, activation?: Activation): Layer {
  checkOptions(kind, { name: optional(text) }, options);
  return {
    ...layerSpec(kind, {}, options.name),
    build: (input) => ({ output: input, apply: Object.assign((x: Tensor) => of(x), activation === undefined ? {} : { activation }) }),
  };
}
