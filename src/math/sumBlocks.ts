import { type Tensor, tf } from "./tensor.ts";

/** The kernel's name in tfjs' registry, where a backend has it. */
export const sumBlocksKernel = "SumBlocks";

/**
 * The sum of every block of `factor` × `factor` pixels, what is left of the gradient behind `repeatPixels`:
 * `[batch, height · factor, width · factor, channels]` to `[batch, height, width, channels]`. In one kernel where the backend has
 * it; composed, and so differentiable, where it is recorded.
 */
export function sumBlocks(x: Tensor, factor: number): Tensor {
  if (factor === 1) return x;
  const engine = tf.engine();
  if (engine.state.gradientDepth === 0 && x.size > 0 && tf.getKernel(sumBlocksKernel, tf.getBackend()) !== undefined) {
    return engine.runKernel(sumBlocksKernel, { x }, { factor }) as Tensor;
  }
  const [batch, height, width, channels] = x.shape.map((extent, axis) => (axis === 1 || axis === 2 ? extent / factor : extent)) as [number, number, number, number];
  const rows = tf.sum(tf.reshape(x, [batch * height, factor, width * factor * channels]), 1);
  return tf.reshape(tf.sum(tf.reshape(rows, [batch * height * width, factor, channels]), 1), [batch, height, width, channels]);
}
