import { findGpu } from "../../platform/gpuProvider.ts";
import { DeviceUnavailable } from "../deviceFailure.ts";

/** An adapter that WebGPU offers here. */
export interface FoundAdapter {
  readonly adapter: GPUAdapter;
  /** `llvmpipe (LLVM 15.0.6, 256 bits)`. */
  readonly name: string;
  /** True where the CPU does the arithmetic (llvmpipe, SwiftShader). */
  readonly isSoftware: boolean;
  /** Where WebGPU comes from. */
  readonly provider: string;
}

/**
 * Asks for a fresh adapter. It is good for one device only.
 *
 * @throws DeviceUnavailable saying what to install.
 */
export async function findAdapter(): Promise<FoundAdapter> {
  const provider = await findGpu().catch((cause: unknown) => {
    throw unavailable(`WebGPU could not be loaded (${messageOf(cause)})`, cause);
  });
  const adapter = await provider.gpu.requestAdapter({ powerPreference: "high-performance" }).catch((cause: unknown) => {
    throw unavailable(`${provider.name} failed to find an adapter (${messageOf(cause)})`, cause);
  });
  if (adapter === null) throw unavailable(`${provider.name} finds no adapter`);
  const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
  // wgpu puts the name into `description` and a number into `device`; browsers mostly give `vendor` and `architecture`.
  const called = [description, device, architecture, vendor].filter((word) => word !== undefined && /[a-z]/i.test(word));
  return {
    adapter,
    name: called[0] ?? "unnamed adapter",
    isSoftware: isFallbackAdapter === true || called.some((word) => /llvmpipe|swiftshader|basic render/i.test(word)),
    provider: provider.name,
  };
}

function unavailable(what: string, cause?: unknown): DeviceUnavailable {
  return new DeviceUnavailable(
    `backend "webgpu": ${what}. It needs a Vulkan driver on Linux: on Debian and Ubuntu install the package ` +
      `mesa-vulkan-drivers (on Debian 12 from bookworm-backports: apt-get install -t bookworm-backports mesa-vulkan-drivers); ` +
      `on Bun it also needs the npm package webgpu. Or ask for backend "wasm", which needs nothing.`,
    cause === undefined ? undefined : { cause },
  );
}

function messageOf(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split("\n")[0] ?? "";
}
