import { sizeOf, type Shape } from "../../math/tensor.ts";

/** How many inputs feed one output of a kernel and how many outputs one input feeds. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/**
 * Fans of a kernel `[...window, in, out]`: `fanIn = window · in`, `fanOut = window · out`.
 *
 * A transposed convolution keeps its kernel as `[height, width, out, in]`, so what is called fan-in here is `window · out`
 * there, exactly as PyTorch counts it for `ConvTranspose2d`.
 */
export function fansOf(shape: Shape): Fans {
  if (shape.length < 2) return { fanIn: sizeOf(shape), fanOut: sizeOf(shape) };
  const window = sizeOf(shape.slice(0, -2));
  return { fanIn: window * shape.at(-2)!, fanOut: window * shape.at(-1)! };
}
