import { tf } from "../../math/tensor.ts";
import type { BackendName } from "../device.ts";

/** What a kernel is called with. */
export interface KernelCall {
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly backend: unknown;
}
export type Kernel = (call: KernelCall) => tf.TensorInfo | tf.TensorInfo[];

/** A kernel of ours for one backend, in the place of tfjs' or where tfjs has none. */
export interface KernelReplacement {
  /** The kernel's name in tfjs: `Conv2DBackpropFilter`. */
  readonly kernel: string;
  readonly backend: BackendName;
  /** Makes the kernel; `stock` is tfjs' own, for the cases not covered. */
  make(stock: Kernel | undefined): Kernel;
}

const replaced = new Set<string>();

/**
 * Puts a kernel in the place of tfjs' own, once per process.
 *
 * @returns its name for the device's description: `kernel/Conv2DBackpropFilter`.
 */
export function replaceKernel({ kernel, backend, make }: KernelReplacement): string {
  const id = `${backend}/${kernel}`;
  if (!replaced.has(id)) {
    const stock = tf.getKernel(kernel, backend) as tf.KernelConfig | undefined;
    if (stock !== undefined) tf.unregisterKernel(kernel, backend);
    tf.registerKernel({
      // tfjs sets a backend's kernels up when it starts; the one we call still needs it where it starts again.
      ...stock,
      kernelName: kernel,
      backendName: backend,
      kernelFunc: make(stock?.kernelFunc as unknown as Kernel | undefined) as unknown as tf.KernelFunc,
    });
    replaced.add(id);
  }
  return `kernel/${kernel}`;
}
