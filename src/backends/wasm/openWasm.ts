import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import { tf } from "../../math/tensor.ts";
import { failureLatch } from "../failureLatch.ts";
import { selectBackend } from "../selectBackend.ts";
import { installWasmKernels } from "../kernels/installWasmKernels.ts";
import type { OpenedBackend } from "../session.ts";

/**
 * Makes tfjs compute in WebAssembly. The backend stays loaded when it is released: its memory cannot shrink anyway, and
 * starting it again would be a second copy.
 *
 * @throws DeviceUnavailable where the module does not start.
 */
export async function openWasm(): Promise<OpenedBackend> {
  const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
  if (tf.findBackend("wasm") === null) setWasmPaths(folderOfBinaries());
  await selectBackend("wasm");
  return {
    isSoftware: true,
    kernels: installWasmKernels(),
    failures: failureLatch(),
    largestTensor: { bytes: 2 ** 31 - 1, because: "the memory WebAssembly can address" },
    submit: () => {},
    fence: () => undefined,
    tick: () => {},
    gpuBytes: () => 0,
    release: async () => {},
  };
}

function folderOfBinaries(): string {
  const main = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
  return dirname(main) + sep;
}
