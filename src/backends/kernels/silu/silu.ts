import { type Tensor, tf } from "../../../math/tensor.ts";

/** The kernel's name in tfjs' registry. */
export const siluGradKernel = "SiluGrad";

/** x · s with s = sigmoid(x), and its gradient dy s (1 + x (1 − s)): in one kernel where the backend has it and it is not itself differentiated. */
export function silu(x: Tensor): Tensor {
  const engine = tf.engine();
  if (engine.state.gradientDepth > 1 || tf.getKernel(siluGradKernel, tf.getBackend()) === undefined) return tf.mul(x, tf.sigmoid(x));
  const weighted = tf.customGrad((...taped) => {
    const [input, save] = taped as unknown as [Tensor, (tensors: Tensor[]) => void];
    const sigmoid = tf.sigmoid(input);
    save([input, sigmoid]);
    return {
      value: tf.mul(input, sigmoid),
      gradFunc: (dy, saved) => engine.runKernel(siluGradKernel, { x: saved[0]!, sigmoid: saved[1]!, dy: dy as Tensor }) as Tensor,
    };
  });
  return weighted(x);
}
