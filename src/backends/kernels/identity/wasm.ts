import type { KernelReplacement } from "../replaceKernel.ts";
import { sharedTensor } from "../wasmTensors.ts";

/**
 * A clone shares the data, as on every other backend: nothing writes into a tensor. tfjs copies, and a training step
 * clones every tensor it keeps for the backward pass.
 */
export const identity: KernelReplacement = {
  kernel: "Identity",
  backend: "wasm",
  make: () => ({ inputs: { x }, backend }) => sharedTensor(backend, x!),
};

/** A cast to the type a tensor has is a clone. */
export const cast: KernelReplacement = {
  kernel: "Cast",
  backend: "wasm",
  make: (stock) => (call) => {
    const { inputs: { x }, attrs: { dtype }, backend } = call;
    return dtype === x!.dtype ? sharedTensor(backend, x!) : stock!(call);
  },
};
