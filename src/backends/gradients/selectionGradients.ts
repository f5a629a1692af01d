import { type Tensor, tf } from "../../math/tensor.ts";
import { constantly } from "./constantly.ts";
import type { GradientCorrection, Gradients } from "./gradientCorrection.ts";
import { keptShape, sumTo } from "./sumTo.ts";

/**
 * Kernels that pass one of several values on. Which one is a constant mask, so they differentiate twice; tfjs multiplies
 * by comparisons on the tape, which have no gradient.
 */
export const selectionGradients: readonly GradientCorrection[] = [
  extremeOf("Max", "reductionIndices", (x, axes) => tf.max(x, axes, true)),
  extremeOf("Min", "axis", (x, axes) => tf.min(x, axes, true)),
  eitherOf("Maximum", (a, b) => tf.greaterEqual(a, b)),
  eitherOf("Minimum", (a, b) => tf.lessEqual(a, b)),
  {
    kernel: "ClipByValue",
    reads: ["x"],
    gradient: (dy, [x], { clipValueMin, clipValueMax }) => ({
      x: () => {
        const isInside = (): Tensor => tf.logicalAnd(tf.greaterEqual(x!, clipValueMin as number), tf.lessEqual(x!, clipValueMax as number));
        return tf.mul(dy, constantly(() => tf.cast(isInside(), "float32")));
      },
    }),
  },
  {
    // 0 at 0, as in PyTorch; tfjs has −1 there.
    kernel: "Abs",
    reads: ["x"],
    gradient: (dy, [x]) => ({ x: () => tf.mul(dy, constantly(() => tf.sign(x!))) }),
  },
];

/** Maximum or minimum along axes; ties share the gradient evenly. */
function extremeOf(kernel: string, axisAttribute: string, extreme: (x: Tensor, axes: number[]) => Tensor): GradientCorrection {
  return {
    kernel,
    reads: ["x"],
    gradient(dy, [x], attributes): Gradients {
      const axes = tf.util.parseAxisParam(attributes[axisAttribute] as number | number[], x!.shape);
      return {
        x: () => {
          const share = constantly(() => {
            const isExtreme = tf.cast(tf.equal(x!, extreme(x!, axes)), "float32");
            return tf.div(isExtreme, tf.sum(isExtreme, axes, true));
          });
          return tf.mul(tf.reshape(dy, keptShape(x!.shape, axes)), share);
        },
      };
    },
  };
}

/** The larger or smaller of two; a where they are equal. */
function eitherOf(kernel: string, takesFirst: (a: Tensor, b: Tensor) => Tensor): GradientCorrection {
  return {
    kernel,
    reads: ["a", "b"],
    gradient(dy, [a, b]): Gradients {
      const mask = constantly(() => tf.cast(takesFirst(a!, b!), "float32"));
      return {
        a: () => sumTo(tf.mul(dy, mask), a!.shape),
        b: () => sumTo(tf.mul(dy, tf.sub(1, mask)), b!.shape),
      };
    },
  };
}
