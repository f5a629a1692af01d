import { type Tensor, tf } from "../../math/tensor.ts";

/** A gradient that replaces, or adds to, what tfjs registers for a kernel. */
export interface GradientCorrection {
  /** The kernel's name in tfjs: `Tanh`, `FusedBatchNorm`. */
  readonly kernel: string;
  /** The inputs the gradient reads, by the kernel's names; `"all"` for kernels that take a list. */
  readonly reads: readonly string[] | "all";
  /** Whether it reads the kernel's output too, which then comes after the inputs. */
  readonly readsOutput?: boolean;
  /**
   * Gradients by input name (by position for a list). Each is computed only where it is wanted, in a tidy of its own, so
   * what several share is computed in the body. Everything is made of taped operations, so that it can be
   * differentiated again.
   */
  gradient(dy: Tensor, inputs: readonly Tensor[], attributes: Attributes): Gradients;
}

export type Gradients = Readonly<Record<string, () => Tensor>>;
export type Attributes = Readonly<Record<string, unknown>>;

/** Puts the correction in the place of what is registered. */
export function register({ kernel, reads, readsOutput = false, gradient }: GradientCorrection): void {
  if (tf.getGradient(kernel) !== undefined) tf.unregisterGradient(kernel);
  tf.registerGradient({
    kernelName: kernel,
    ...(reads === "all" ? { saveAllInputs: true } : { inputsToSave: [...reads] }),
    ...(readsOutput ? { outputsToSave: [true] } : {}),
    gradFunc: (dy, inputs, attributes) => gradient(dy as Tensor, inputs, (attributes ?? {}) as Attributes),
  });
}
