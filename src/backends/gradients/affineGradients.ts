import { repeatPixels } from "../../math/repeatPixels.ts";
import { sumBlocks } from "../../math/sumBlocks.ts";
import { type Tensor, tf } from "../../math/tensor.ts";
import type { Activation } from "../kernels/activation.ts";
import { affineKernels, beforeActivationAndBiasKernel, beforeActivationKernel, upsampledBackpropFilterKernel } from "../kernels/affine/affine.ts";
import { enlarged } from "../kernels/convolutionShape.ts";
import type { Attributes, GradientCorrection, Gradients } from "./gradientCorrection.ts";
import { rectified } from "./rectifierGradients.ts";

/**
 * Layers with bias and activation in one kernel: first the gradient before the activation, told from the output, then
 * those of the product or convolution alone. On a tape (a penalty takes the gradient of a pass that was made before on the
 * same one) they are composed of what can be differentiated again.
 */
export const affineGradients: readonly GradientCorrection[] = [
  affine(affineKernels.product, (d, x, kernel) => ({
    x: () => tf.matMul(d, kernel, false, true),
    kernel: () => tf.matMul(x, d, true, false),
  })),
  affine(affineKernels.convolution, (d, x, kernel, { upsample, ...attributes }) => {
    const factor = upsample as number;
    const isPlain = factor === 1 || tf.engine().state.gradientDepth > 0;
    return {
      x: () => sumBlocks(run("Conv2DBackpropInput", { dy: d, filter: kernel }, { ...attributes, inputShape: enlarged(x.shape, factor) }), factor),
      kernel: () =>
        isPlain
          ? run("Conv2DBackpropFilter", { x: repeatPixels(x, factor), dy: d }, { ...attributes, filterShape: kernel.shape })
          : run(upsampledBackpropFilterKernel, { x, dy: d }, { ...attributes, upsample, filterShape: kernel.shape }),
    };
  }),
  affine(affineKernels.transposed, (d, x, kernel, attributes) => ({
    x: () => run("Conv2D", { x: d, filter: kernel }, { ...attributes, dilations: 1 }),
    kernel: () => run("Conv2DBackpropFilter", { x: d, dy: x }, { ...attributes, filterShape: kernel.shape }),
  })),
];

function affine(kernel: string, linear: (d: Tensor, x: Tensor, kernel: Tensor, attributes: Attributes) => Gradients): GradientCorrection {
  return {
    kernel,
    reads: ["x", "kernel"],
    readsOutput: true,
    gradient(dy, [x, weights, y], { activation, ...attributes }) {
      const [d, sums] = beforeActivation(dy, y!, activation as Activation);
      return { ...linear(d, x!, weights!, attributes), bias: () => sums ?? tf.sum(d, d.shape.slice(0, -1).map((_, axis) => axis)) };
    },
  };
}

/** Rows one thread may sum alone; see the kernels' reductions. */
const rowsAlone = 512;

/** The gradient before the activation and, where that costs no dispatch, the bias' gradient with it. */
function beforeActivation(dy: Tensor, y: Tensor, activation: Activation): readonly [d: Tensor, sums?: Tensor] {
  if (activation.kind === "none") return [dy];
  if (tf.engine().state.gradientDepth > 0) {
    return [activation.kind === "tanh" ? tf.mul(dy, tf.sub(1, tf.square(y))) : rectified(y, dy, activation.slope)];
  }
  if (y.size / y.shape.at(-1)! > rowsAlone) return [run(beforeActivationKernel, { y, dy }, { activation })];
  return tf.engine().runKernel(beforeActivationAndBiasKernel, { y, dy }, { activation } as never) as unknown as readonly [Tensor, Tensor];
}

function run(kernel: string, inputs: Readonly<Record<string, Tensor>>, attributes: object): Tensor {
  return tf.engine().runKernel(kernel, { ...inputs }, attributes as never) as Tensor;
}
