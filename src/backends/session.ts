import type { TensorLimit } from "./overLimit.ts";
import type { DeviceDescription, Tiles } from "./device.ts";
import type { DeviceWork } from "./deviceWork.ts";
import type { FailureLatch } from "./failureLatch.ts";

/** One opened backend. All holds on the device share it. */
export interface Session {
  readonly description: DeviceDescription;
  readonly failures: FailureLatch;
  /** How products are cut, where there is a choice. */
  readonly tiles?: Tiles;
  /** The largest single tensor, in bytes, and what sets the limit. */
  readonly largestTensor: TensorLimit;
  /** Submits what is recorded. */
  submit(): void;
  /** Submits what is recorded and resolves when it is done; nothing where the work is done already. */
  fence(): Promise<void> | undefined;
  tick(): void;
  /** Bytes of GPU memory held, free buffers of the pool included. */
  gpuBytes(): number;
  /** What was asked of it so far. */
  work(): DeviceWork;
  /** Frees the device. The session is not used afterwards. */
  release(): Promise<void>;
}

/** A session before it has a description. */
export type OpenedBackend = Omit<Session, "description" | "work"> & Pick<DeviceDescription, "adapter" | "isSoftware" | "kernels">;
