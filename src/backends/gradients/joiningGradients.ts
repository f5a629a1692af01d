import { tf } from "../../math/tensor.ts";
import type { GradientCorrection } from "./gradientCorrection.ts";

/**
 * Concat: one slice per input that is wanted. tfjs splits into all of them, and in second order (a gradient penalty on
 * images joined with labels) uploads zeros for those that are not.
 */
export const joiningGradients: readonly GradientCorrection[] = [
  {
    kernel: "Concat",
    reads: "all",
    gradient(dy, inputs, { axis }) {
      const along = tf.util.parseAxisParam(axis as number, dy.shape)[0]!;
      let at = 0;
      const slices = inputs.map((input) => {
        const begin = dy.shape.map((_, i) => (i === along ? at : 0));
        at += input.shape[along]!;
        return () => tf.slice(dy, begin, input.shape);
      });
      return Object.fromEntries(slices.entries());
    },
  },
];
