import { failureLatch } from "../failureLatch.ts";
import { selectBackend } from "../selectBackend.ts";
import { installCpuKernels } from "../kernels/installCpuKernels.ts";
import type { OpenedBackend } from "../session.ts";

/** Makes tfjs compute in plain JavaScript: slow, everywhere there, and the reference the others are tested against. */
export async function openCpu(): Promise<OpenedBackend> {
  await selectBackend("cpu");
  return {
    isSoftware: true,
    kernels: installCpuKernels(),
    failures: failureLatch(),
    largestTensor: { bytes: 2 ** 32 - 1, because: "the largest typed array" },
    submit: () => {},
    fence: () => undefined,
    tick: () => {},
    gpuBytes: () => 0,
    release: async () => {},
  };
}
