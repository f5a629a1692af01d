import { countWork } from "../../../src/backends/deviceWork.ts";
import { tf } from "../../../src/math/tensor.ts";
import type { Counts } from "./contender.ts";

/** What `work` asks of tfjs and of its device, divided by `rounds`. */
export async function counted(work: () => Promise<unknown>, rounds = 1): Promise<Counts> {
  const device = countWork(tf.backend());
  const before = device();
  let kernels = 0;
  const engine = tf.engine() as unknown as { runKernelFunc?: (...args: unknown[]) => unknown };
  const run = engine.runKernelFunc!;
  engine.runKernelFunc = function (...args) {
    kernels++;
    return run.apply(this, args);
  };
  try {
    await work();
  } finally {
    // The method of the class again.
    delete engine.runKernelFunc;
  }
  const after = device();
  const each = (name: keyof typeof after): number => (after[name] - before[name]) / rounds;
  return { kernels: kernels / rounds, dispatches: each("dispatches"), uploads: each("uploads"), readbacks: each("readbacks"), tensors: each("tensors") };
}
