import { type Tensor, tf } from "../../../math/tensor.ts";

/** The kernel's name in tfjs' registry. */
export const mixKernel = "Mix";

/** Two tensors of one shape. */
export type Pair = readonly [first: Tensor, second: Tensor];

/**
 * keep · first + take · second of every pair, as new tensors: the moving averages of all weights of a network in a few
 * dispatches in place of three for each.
 *
 * @returns nothing where the backend has no such kernel, or on a tape: compose it from tensor operations then.
 */
export function mixed(pairs: readonly Pair[], keep: number, take: number): readonly Tensor[] | undefined {
  const engine = tf.engine();
  if (pairs.length === 0) return [];
  if (engine.state.gradientDepth > 0 || tf.getKernel(mixKernel, tf.getBackend()) === undefined) return undefined;
  const inputs = Object.fromEntries(pairs.flatMap(([first, second], i) => [[`first${i}`, first], [`second${i}`, second]]));
  return engine.runKernel(mixKernel, inputs, { keep, take }) as unknown as Tensor[];
}
