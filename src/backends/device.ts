import type { DeviceFailed } from "./deviceFailure.ts";
import type { DeviceWork } from "./deviceWork.ts";

/** Which device a run asks for. */
export type BackendChoice = "auto" | BackendName | WebgpuChoice;
export type BackendName = "webgpu" | "wasm" | "cpu";

/** WebGPU with its matrix products cut otherwise than its adapter would have them. */
export interface WebgpuChoice {
  readonly name: "webgpu";
  /** Default `auto`: `registers` on software adapters, `workgroup` on hardware ones. */
  readonly tiles?: "auto" | Tiles;
}

/**
 * How WebGPU cuts matrix products and convolutions: `registers`, a tile a thread, read from memory as it is needed; or
 * `workgroup`, a tile a workgroup, whose factors pass through the memory its threads share. Both give the same sums, added
 * up in another order.
 */
export type Tiles = "registers" | "workgroup";

/** What the device is and why it was chosen. Plain data. */
export interface DeviceDescription {
  readonly runtime: "bun" | "deno" | "node";
  readonly backend: BackendName;
  /** Adapter name, where there is one. */
  readonly adapter?: string;
  /** True where the arithmetic is done by the CPU. */
  readonly isSoftware: boolean;
  /** One sentence: why this one. */
  readonly reason: string;
  /** How products are cut (`tiles/registers`), which of our kernels and gradient corrections are installed; goes into checkpoint manifests. */
  readonly kernels: readonly string[];
}

/**
 * A run's hold on the one process-wide device. The device is reference-counted: it is opened by the first run and
 * released with the last.
 */
export interface Device {
  readonly description: DeviceDescription;
  /** The first failure of the device while it was held (`lost`, `error`), if any. Checked once per round. */
  failure(): DeviceFailed | undefined;
  /** Calls back once on the first failure; returns how to stop listening. */
  onFailure(listener: (failure: DeviceFailed) => void): () => void;
  /** Submits what is recorded; nothing where that is done already. Tensors given up are free for others after it. */
  submit(): void;
  /**
   * Submits what is recorded and resolves when the device has done it. Nothing where the work is already done when the
   * call returns (wasm, cpu), so that a synchronous run stays synchronous.
   */
  fence(): Promise<void> | undefined;
  /** Called once per round: lets the platform collect native handles when it is time to. */
  tick(): void;
  /** Live tensors, their bytes, and bytes allocated on the GPU (0 where there is none). */
  memory(): { readonly tensors: number; readonly bytes: number; readonly gpuBytes: number };
  /** What was asked of it so far. */
  work(): DeviceWork;
  /** Refuses a tensor the device cannot hold, with its shape and the limit. @throws DeviceFailed reason `limit` */
  checkFits(name: string, shape: readonly number[]): void;
  /** Gives up this hold. */
  close(): Promise<void>;
}
