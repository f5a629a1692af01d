import { type Tensor, tf } from "../../../math/tensor.ts";
import { type Activation, noActivation } from "../activation.ts";

/** What a layer multiplies by and adds; the bias, if any, one value per channel. */
export interface AffineTensors {
  readonly x: Tensor;
  readonly kernel: Tensor;
  readonly bias?: Tensor | undefined;
}

/** Where a convolution's kernel stands. */
export interface Placing {
  readonly strides: number;
  readonly pad: Parameters<typeof tf.conv2d<tf.Tensor4D>>[3];
  /** How often the pixels of x are repeated in both directions before the kernel passes over them. Default 1. */
  readonly upsample?: number;
}

/** The kernels' names in tfjs' registry. */
export const affineKernels = { product: "AffineProduct", convolution: "AffineConvolution", transposed: "AffineTransposed" } as const;
/** The filter's gradient of a convolution that repeats pixels: as `Conv2DBackpropFilter`, with the small x and `upsample`. */
export const upsampledBackpropFilterKernel = "UpsampledBackpropFilter";
export const beforeActivationKernel = "BeforeActivation";
export const beforeActivationAndBiasKernel = "BeforeActivationAndBias";

/**
 * act(x K + b) in one kernel, the bias and the activation applied before the sums are stored; each of its gradients in
 * one more kernel than without activation.
 *
 * Shapes: x `[batch, n]`, kernel `[n, units]`.
 *
 * @returns nothing where the backend has no such kernel, where there is neither bias nor activation, or where the gradient
 * is itself being differentiated: compose it from tensor operations then.
 */
export function affineProduct(tensors: AffineTensors, activation: Activation = noActivation): Tensor | undefined {
  return run(affineKernels.product, tensors, activation, {});
}

/**
 * act(x ∗ K + b) for a convolution, of x with repeated pixels if so placed (and then in one kernel without bias and activation, too);
 * as `affineProduct`. Shapes: x `[batch, height, width, c]`, kernel `[side, side, c, n]`.
 */
export function affineConvolution(
  tensors: AffineTensors,
  { upsample = 1, ...placing }: Placing,
  activation: Activation = noActivation,
): Tensor | undefined {
  return run(affineKernels.convolution, tensors, activation, { ...placing, upsample, dataFormat: "NHWC" }, upsample > 1);
}

/** The same for a transposed convolution to `outputShape`. Shapes: x `[batch, height, width, n]`, kernel `[side, side, c, n]`. */
export function affineTransposed(
  tensors: AffineTensors,
  outputShape: readonly number[],
  placing: Omit<Placing, "upsample">,
  activation: Activation = noActivation,
): Tensor | undefined {
  return run(affineKernels.transposed, tensors, activation, { ...placing, dataFormat: "NHWC", inputShape: outputShape });
}

function run(
  kernelName: string,
  { x, kernel, bias }: AffineTensors,
  activation: Activation,
  attributes: object,
  repeatsPixels = false,
): Tensor | undefined {
  const engine = tf.engine();
  if (bias === undefined && activation.kind === "none" && !repeatsPixels) return undefined;
  // At depth 1 this is recorded, and its gradient is computed when the recording has ended.
  if (engine.state.gradientDepth > 1 || tf.getKernel(kernelName, tf.getBackend()) === undefined) return undefined;
  const inputs = bias === undefined ? { x, kernel } : { x, kernel, bias };
  return engine.runKernel(kernelName, inputs, { ...attributes, activation } as never) as Tensor;
}
