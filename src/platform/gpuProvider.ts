import { runtimeName } from "./runtime.ts";

/** Where WebGPU comes from in this process. */
export interface GpuProvider {
  /** For messages: `deno's own navigator.gpu`, `the npm package webgpu (Dawn)`. */
  readonly name: string;
  readonly gpu: GPU;
}

// A strong reference for the life of the process: once the instance is collected every later call fails with "A valid
// external Instance reference no longer exists" (tensorflow/tfjs#8571).
let provider: GpuProvider | undefined;

/**
 * Finds WebGPU: the runtime's own `navigator.gpu` where there is one (Deno; Bun once it has it), else Dawn from the npm
 * package `webgpu`.
 *
 * @throws whatever loading Dawn's native library throws on a platform it was not built for.
 */
export async function findGpu(): Promise<GpuProvider> {
  if (provider !== undefined) return provider;
  const native = globalThis.navigator?.gpu as GPU | undefined;
  if (native !== undefined && native !== null) {
    provider = { name: `${runtimeName()}'s own navigator.gpu`, gpu: native };
  } else {
    const { loadDawn } = await import("./dawn.ts");
    provider = { name: "the npm package webgpu (Dawn)", gpu: await loadDawn() };
  }
  return provider;
}
