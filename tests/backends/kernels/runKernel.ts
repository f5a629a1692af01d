import { type Tensor, tf } from "../../../src/math/tensor.ts";

/** Runs a kernel of the current backend by name. */
export function runKernel(name: string, inputs: Readonly<Record<string, Tensor>>, attributes: object): Tensor {
  return tf.engine().runKernel(name, { ...inputs }, attributes as never) as Tensor;
}

/** Reads a tensor and gives it up. */
export async function take(tensor: Tensor): Promise<Float32Array> {
  const values = (await tensor.data()) as Float32Array;
  tensor.dispose();
  return values;
}
