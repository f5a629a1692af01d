import { tf } from "../math/tensor.ts";

/** What was asked of a device since it was opened; differences are what counts. */
export interface DeviceWork {
  /** Dispatches recorded for a GPU; 0 where there is none. */
  readonly dispatches: number;
  /** Tensors whose values were given to it; 0 on `cpu`, where that is nothing. */
  readonly uploads: number;
  /** Tensors whose values were read back. */
  readonly readbacks: number;
  /** Tensors made, views of others included; what is saved of them for a backward pass is no other tensor. */
  readonly tensors: number;
}

type Methods = Record<string, (...args: unknown[]) => unknown>;

const counters = new WeakMap<object, () => DeviceWork>();

/** Counts what tfjs asks of a backend, from the first call on: one addition for each, so it is always on. */
export function countWork(backend: tf.KernelBackend): () => DeviceWork {
  const known = counters.get(backend);
  if (known !== undefined) return known;
  const counts = { dispatches: 0, uploads: 0, readbacks: 0 };
  const methods = backend as unknown as Methods;
  if ("recordAndSubmit" in methods) onCall(methods, "recordAndSubmit", () => counts.dispatches++);
  // On `cpu` every result is written so.
  if (tf.getBackend() !== "cpu") onCall(methods, "write", (values) => (counts.uploads += values == null ? 0 : 1));
  onCall(methods, "read", () => counts.readbacks++);
  const { constructor } = tf.engine() as unknown as { readonly constructor: { readonly nextTensorId: number } };
  const work = (): DeviceWork => ({ ...counts, tensors: constructor.nextTensorId });
  counters.set(backend, work);
  return work;
}

function onCall(owner: Methods, name: string, called: (first: unknown) => void): void {
  const method = owner[name]!;
  owner[name] = function (this: unknown, ...args) {
    called(args[0]);
    return method.apply(this, args);
  };
}
