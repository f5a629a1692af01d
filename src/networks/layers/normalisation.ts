import { boolean, type Check, checkOptions, having, number, optional, text } from "../../configuration/checkOptions.ts";
import type { Json } from "../../configuration/spec.ts";
import { type Shape, type Tensor, tf } from "../../math/tensor.ts";
import { ones, zeros } from "../initializers/constant.ts";
import type { Initializer, Layer, LayerContext } from "../layer.ts";
import { layerSpec } from "./layerSpec.ts";

/** Options shared by the normalisations that take every sample for itself. */
export interface NormalisationOptions {
  /** Added to the variance under the root. Default 1e-5. */
  readonly epsilon?: number;
  /** Whether a scale gamma and an offset beta per channel are learnt. */
  readonly affine?: boolean;
  /** Default ones. */
  readonly gammaInitializer?: Initializer;
  /** Default zeros. */
  readonly betaInitializer?: Initializer;
  readonly name?: string;
}

/** What one normalisation has of its own. */
interface Own {
  readonly kind: string;
  /** Whether it is affine unless told. */
  readonly affine: boolean;
  /** Further options, with their checks and their values. */
  readonly checks?: Readonly<Record<string, Check>>;
  readonly options?: { readonly [key: string]: Json };
  /** Whether it applies γ and β of the context's parameters, where there are some, itself. */
  readonly scalesItself?: boolean;
  /** The normalisation of inputs of this shape. @throws ConfigurationError for shapes it does not take. */
  build(input: Shape): (x: Tensor, epsilon: number, context: LayerContext) => Tensor;
}

/** A layer y = γ normalised(x) + β with γ and β `[channels]`; the same in training and outside it, with no buffers. */
export function normalisation(given: NormalisationOptions, own: Own): Layer {
  checkOptions(
    own.kind,
    {
      ...own.checks,
      epsilon: optional(number({ above: 0 })),
      affine: optional(boolean),
      gammaInitializer: optional(having("an initializer", "values")),
      betaInitializer: optional(having("an initializer", "values")),
      name: optional(text),
    },
    given,
  );
  const { epsilon = 1e-5, affine = own.affine, gammaInitializer = ones(), betaInitializer = zeros() } = given;
  const initializers = { gammaInitializer: gammaInitializer.spec, betaInitializer: betaInitializer.spec };
  return {
    ...layerSpec(own.kind, { ...own.options, epsilon, affine, ...(affine ? initializers : {}) }, given.name),
    build(input) {
      const normalise = own.build(input);
      if (!affine) return { output: input, apply: (x, context) => normalise(x, epsilon, context) };
      const shape = [input.at(-1)!];
      return {
        output: input,
        parameters: { gamma: { shape, initializer: gammaInitializer }, beta: { shape, initializer: betaInitializer } },
        apply(x, context) {
          const { gamma, beta } = context.parameters;
          if (own.scalesItself) return normalise(x, epsilon, context);
          return tf.add(tf.mul(normalise(x, epsilon, context), gamma!), beta!);
        },
      };
    },
  };
}

/** (x − μ) / √(σ² + ε) with the mean and the biased variance over `axes`; differentiable twice. */
export function standardise(x: Tensor, axes: number[], epsilon: number): Tensor {
  const centred = tf.sub(x, tf.mean(x, axes, true));
  return tf.mul(centred, tf.rsqrt(tf.add(tf.mean(tf.square(centred), axes, true), epsilon)));
}
