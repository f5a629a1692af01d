import { checkOptions, having, integer, optional, text } from "../../configuration/checkOptions.ts";
import { closeness } from "../../backends/kernels/closeness/closeness.ts";
import { tf } from "../../math/tensor.ts";
import { he } from "../initializers/he.ts";
import type { Initializer, Layer } from "../layer.ts";
import { expectVector } from "./expectShape.ts";
import { layerSpec } from "./layerSpec.ts";

export interface MinibatchDiscriminationOptions {
  /** Features it adds (B). Default 100, Salimans'. */
  readonly kernels?: number;
  /** Dimensions in which samples are compared for each of them (C). Default 5, Salimans'. */
  readonly dimensions?: number;
  /** Of the tensor T. Default N(0, 1/n), with n features before it. */
  readonly tensorInitializer?: Initializer;
  readonly name?: string;
}

/**
 * Minibatch discrimination: tells how close a sample's features are to those of the others of its batch, so that a generator
 * that always makes the same gives itself away. With M = x T seen as `[batch, kernels, dimensions]`,
 * o(xᵢ)_b = Σⱼ exp(−‖M_{i,b} − M_{j,b}‖₁) over all j of the batch, j = i (a constant 1) included; the output is x with o joined to it.
 * Real and generated samples are compared within their own batch, as they pass the discriminator apart.
 *
 * Shapes: x `[batch, n]` to `[batch, n + kernels]`; tensor `[n, kernels · dimensions]`. The time grows as
 * batch² · kernels · dimensions; without kernels of ours (plain JavaScript, unrolling) so does the memory.
 *
 * @throws ConfigurationError for wrong options, and when built on anything but a vector.
 * Reference: Salimans et al. 2016, "Improved techniques for training GANs", section 3.2.
 */
export function minibatchDiscrimination(options: MinibatchDiscriminationOptions = {}): Layer {
  checkOptions(
    "minibatchDiscrimination",
    {
      kernels: optional(integer()),
      dimensions: optional(integer()),
      tensorInitializer: optional(having("an initializer", "values")),
      name: optional(text),
    },
    options,
  );
  const { kernels = 100, dimensions = 5, tensorInitializer = he({ slope: 1 }) } = options;
  return {
    ...layerSpec("minibatchDiscrimination", { kernels, dimensions, tensorInitializer: tensorInitializer.spec }, options.name),
    mixesSamples: true,
    build(input) {
      const length = expectVector("minibatchDiscrimination", input);
      return {
        output: [length + kernels],
        parameters: { tensor: { shape: [length, kernels * dimensions], initializer: tensorInitializer } },
        apply(x, { parameters }) {
          return tf.concat([x, closeness(tf.matMul(x, parameters["tensor"]!), kernels)], 1);
        },
      };
    },
  };
}
