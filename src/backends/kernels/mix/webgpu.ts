import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { KernelReplacement } from "../replaceKernel.ts";
import { runElementwise } from "../runElementwise.ts";
import { mixKernel } from "./mixed.ts";

/** `Mix(first0, second0, first1, …; keep, take)`: keep · first + take · second of each pair. */
export const mix: KernelReplacement = {
  kernel: mixKernel,
  backend: "webgpu",
  make: () => ({ inputs, attrs, backend }) => {
    const { keep, take } = attrs as { readonly keep: number; readonly take: number };
    const pairs = Array.from({ length: Object.keys(inputs).length / 2 }, (_, i) => [inputs[`first${i}`]!, inputs[`second${i}`]!]);
    return runElementwise(
      backend as WebGPUBackend,
      {
        name: "mix",
        inputs: ["first", "second"],
        outputs: ["between"],
        numbers: { keep, take },
        code: "between = uniforms.keep * first + uniforms.take * second;",
      },
      pairs,
    ).flat();
  },
};
