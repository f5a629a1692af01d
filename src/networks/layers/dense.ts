import type { Activation } from "../../backends/kernels/activation.ts";
import { affineProduct } from "../../backends/kernels/affine/affine.ts";
import { boolean, checkOptions, having, integer, optional, text } from "../../configuration/checkOptions.ts";
import { type Tensor, tf } from "../../math/tensor.ts";
import { zeros } from "../initializers/constant.ts";
import { glorot } from "../initializers/glorot.ts";
import type { Initializer, Layer, LayerContext } from "../layer.ts";
import { expectVector } from "./expectShape.ts";
import { layerSpec } from "./layerSpec.ts";

export interface DenseOptions {
  readonly units: number;
  /** Whether there is a bias; left out where batch norm follows, which subtracts it again. Default true. */
  readonly bias?: boolean;
  readonly kernelInitializer?: Initializer;
  readonly biasInitializer?: Initializer;
  readonly name?: string;
}

/**
 * A fully connected layer: `y = x K + b`.
 *
 * Shapes: x `[batch, n]`, kernel `[n, units]`, bias `[units]`. Initialised by `glorot()` and zeros.
 *
 * @throws ConfigurationError for wrong options, and when built on anything but a vector.
 */
export function dense(options: DenseOptions): Layer {
  checkOptions(
    "dense",
    {
      units: integer(),
      bias: optional(boolean),
      kernelInitializer: optional(having("an initializer", "values")),
      biasInitializer: optional(having("an initializer", "values")),
      name: optional(text),
    },
    options,
  );
  const { units, bias = true, kernelInitializer = glorot(), biasInitializer = zeros() } = options;
  return {
    ...layerSpec(
      "dense",
      { units, bias, kernelInitializer: kernelInitializer.spec, ...(bias ? { biasInitializer: biasInitializer.spec } : {}) },
      options.name,
    ),
    build(input) {
      const length = expectVector("dense", input);
      return {
        output: [units],
        parameters: {
          kernel: { shape: [length, units], initializer: kernelInitializer },
          ...(bias ? { bias: { shape: [units], initializer: biasInitializer } } : {}),
        },
        apply: Object.assign((x: Tensor, { parameters }: LayerContext): Tensor => {
          const { kernel, bias: offset } = parameters as { readonly kernel: Tensor; readonly bias?: Tensor };
          const fused = affineProduct({ x, kernel, bias: offset });
          if (fused !== undefined) return fused;
          const product = tf.matMul(x, kernel);
          return offset === undefined ? product : tf.add(product, offset);
        }, {
          thenActivated: (x: Tensor, { parameters }: LayerContext, activation: Activation) =>
            affineProduct({ x, kernel: parameters["kernel"]!, bias: parameters["bias"] }, activation),
        }),
      };
    },
  };
}
