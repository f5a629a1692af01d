import { type Tensor, tf } from "../../math/tensor.ts";
import { isPositive } from "./constantly.ts";
import type { GradientCorrection } from "./gradientCorrection.ts";

// Klambauer et al. 2017, "Self-Normalizing Neural Networks", with tfjs' digits.
const seluScale = 1.0507009873554805;
const seluAlpha = 1.6732632423543772;

/**
 * ELU and SELU: tfjs differentiates the first by a kernel without gradient, and the second with an eˣ that overflows
 * where it is masked out. And 1/√x: −½ x⁻¹ x^(−½) in place of a power.
 */
export const exponentialGradients: readonly GradientCorrection[] = [
  {
    kernel: "Elu",
    reads: ["x"],
    gradient: (dy, [x]) => ({ x: () => tf.mul(dy, slope(x!, 1, 1)) }),
  },
  {
    kernel: "Selu",
    reads: ["x"],
    gradient: (dy, [x]) => ({ x: () => tf.mul(dy, slope(x!, seluScale, seluScale * seluAlpha)) }),
  },
  {
    kernel: "Rsqrt",
    reads: ["x"],
    gradient: (dy, [x]) => ({ x: () => tf.mul(dy, tf.mul(-0.5, tf.div(tf.rsqrt(x!), x!))) }),
  },
];

/** `above` for x > 0, `below`·eˣ elsewhere. */
function slope(x: Tensor, above: number, below: number): Tensor {
  const mask = isPositive(x);
  return tf.add(tf.mul(above, mask), tf.mul(tf.mul(below, tf.sub(1, mask)), tf.exp(tf.minimum(x, 0))));
}
