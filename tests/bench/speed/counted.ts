import { tf } from "../../../src/math/tensor.ts";
import type { Counts } from "./contender.ts";

/** What `work` asks of tfjs and of its device, divided by `rounds`. */
export async function counted(work: () => Promise<unknown>, rounds = 1): Promise<Counts> {
  const counts = { kernels: 0, dispatches: 0, uploads: 0, readbacks: 0 };
  const engine = tf.engine() as unknown as Methods;
  const { constructor } = tf.engine() as unknown as { readonly constructor: { readonly nextTensorId: number } };
  const backend = tf.backend() as unknown as Methods;
  const restore = [
    count(engine, "runKernelFunc", () => counts.kernels++),
    count(backend, "recordAndSubmit", () => counts.dispatches++),
    count(backend, "write", (values) => (counts.uploads += values === null || values === undefined ? 0 : 1)),
    // Where there is no GPU, `read` calls `readSync`.
    ...("recordAndSubmit" in backend ? [count(backend, "read", () => counts.readbacks++)] : []),
    count(backend, "readSync", () => counts.readbacks++),
  ];
  const before = constructor.nextTensorId;
  try {
    await work();
  } finally {
    for (const undo of restore) undo();
  }
  const made = constructor.nextTensorId - before;
  return { kernels: counts.kernels / rounds, dispatches: counts.dispatches / rounds, uploads: counts.uploads / rounds, readbacks: counts.readbacks / rounds, tensors: made / rounds };
}

type Methods = Record<string, (...args: unknown[]) => unknown>;

/** Calls back at every call of a method; returns how to stop. */
function count(owner: Methods, name: string, called: (first: unknown) => void): () => void {
  const method = owner[name];
  if (typeof method !== "function") return () => {};
  const isOwn = Object.hasOwn(owner, name);
  owner[name] = function (this: unknown, ...args) {
    called(args[0]);
    return method.apply(this, args);
  };
  return () => {
    if (isOwn) owner[name] = method;
    else delete owner[name];
  };
}
