import { tf } from "../../math/tensor.ts";
import type { GradientCorrection } from "./gradientCorrection.ts";

const comparisons = ["Greater", "GreaterEqual", "Less", "LessEqual", "Equal", "NotEqual", "LogicalAnd", "LogicalOr"];

/** Zero, which is right almost everywhere: tfjs has none, so that a `tf.where` in a loss stops its second derivative. */
export const comparisonGradients: readonly GradientCorrection[] = [
  ...comparisons.map((kernel): GradientCorrection => ({
    kernel,
    reads: ["a", "b"],
    gradient: (_, [a, b]) => ({ a: () => tf.zeros(a!.shape), b: () => tf.zeros(b!.shape) }),
  })),
  { kernel: "LogicalNot", reads: ["x"], gradient: (_, [x]) => ({ x: () => tf.zeros(x!.shape) }) },
];
