import { throttlePolling } from "./throttlePolling.ts";

/**
 * Loads Dawn through the npm package `webgpu` and gives the process what a browser would have: the constructors and
 * constants of WebGPU as globals (tfjs asks `instanceof GPUBuffer`) and `navigator.gpu` (tfjs refuses to construct its
 * backend without). Globals that exist already are left alone.
 */
export async function loadDawn(): Promise<GPU> {
  const { create, globals } = await import("webgpu");
  const interfaces = globals as Record<string, unknown>;
  for (const [name, value] of Object.entries(interfaces)) {
    if (name in globalThis) continue;
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  }
  throttlePolling(interfaces);
  const gpu = create([]);
  if (globalThis.navigator === undefined) Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
  Object.defineProperty(globalThis.navigator, "gpu", { value: gpu, configurable: true, enumerable: true });
  return gpu;
}
