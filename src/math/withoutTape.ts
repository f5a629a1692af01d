import { tf } from "./tensor.ts";

/**
 * Computes something that no gradient is asked through, off the tape: nothing is saved for a backward pass. tfjs itself
 * does this inside kernels, by the same counter.
 */
export function withoutTape<T>(compute: () => T): T {
  const { state } = tf.engine();
  state.kernelDepth++;
  try {
    return compute();
  } finally {
    state.kernelDepth--;
  }
}
