import { type Tensor, tf } from "../../../math/tensor.ts";

/** One parameter with its gradient and Adam's two moments, all of one shape. */
export interface AdamTensors {
  readonly parameter: Tensor;
  readonly gradient: Tensor;
  readonly m: Tensor;
  readonly v: Tensor;
}

export interface AdamNumbers {
  readonly rate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** 1 on the first update. */
  readonly step: number;
  /** Decoupled weight decay (AdamW); 0 without. */
  readonly decay?: number;
}

/** The kernels' names in tfjs' registry. */
export const fusedAdamKernel = "FusedAdam";
export const fusedAdamOfManyKernel = "FusedAdamOfMany";

/**
 * One update of Adam in one pass over memory, as new tensors:
 *
 *   m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²,
 *   p ← (1 − rate · decay) p − rate · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε).
 *
 * Kingma and Ba 2015, algorithm 1; Loshchilov and Hutter 2019, algorithm 2; as PyTorch computes them.
 *
 * @returns nothing where the backend has no such kernel, or where the update is itself being differentiated:
 * compose it from tensor operations then.
 */
export function fusedAdam(
  { parameter, gradient, m, v }: AdamTensors,
  { rate, beta1, beta2, epsilon, step, decay = 0 }: AdamNumbers,
): { readonly parameter: Tensor; readonly m: Tensor; readonly v: Tensor } | undefined {
  const engine = tf.engine();
  if (engine.state.gradientDepth > 0 || tf.getKernel(fusedAdamKernel, tf.getBackend()) === undefined) return undefined;
  const [newParameter, newM, newV] = engine.runKernel(
    fusedAdamKernel,
    { parameter, gradient, m, v },
    { rate, beta1, beta2, epsilon, step, decay },
  ) as [Tensor, Tensor, Tensor];
  return { parameter: newParameter, m: newM, v: newV };
}

/**
 * `fusedAdam` for many parameters that are at the same step, where the backend moves several in one go; the same results
 * bit for bit, in order.
 *
 * @returns nothing where `fusedAdam` would, or where the backend moves one at a time.
 */
export function fusedAdamOfMany(
  many: readonly AdamTensors[],
  { rate, beta1, beta2, epsilon, step, decay = 0 }: AdamNumbers,
): readonly { readonly parameter: Tensor; readonly m: Tensor; readonly v: Tensor }[] | undefined {
  const engine = tf.engine();
  if (engine.state.gradientDepth > 0 || tf.getKernel(fusedAdamOfManyKernel, tf.getBackend()) === undefined) return undefined;
  const inputs = Object.fromEntries(many.flatMap((tensors, i) => Object.entries(tensors).map(([name, tensor]) => [`${name}${i}`, tensor])));
  const moved = engine.runKernel(fusedAdamOfManyKernel, inputs, { rate, beta1, beta2, epsilon, step, decay }) as unknown as Tensor[];
  return many.map((_, i) => ({ parameter: moved[3 * i]!, m: moved[3 * i + 1]!, v: moved[3 * i + 2]! }));
}
