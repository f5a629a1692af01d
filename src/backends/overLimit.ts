import { type Shape, sizeOf } from "../math/tensor.ts";
import { DeviceFailed } from "./deviceFailure.ts";

/** The largest tensor a device can hold in one piece, and what says so. */
export interface TensorLimit {
  readonly bytes: number;
  readonly because: string;
}

/** The failure of a tensor that a device cannot hold; nothing where it can. `shape` includes the batch. */
export function overLimit(name: string, shape: Shape, { bytes: limit, because }: TensorLimit): DeviceFailed | undefined {
  const bytes = 4 * sizeOf(shape);
  if (bytes <= limit) return undefined;
  return new DeviceFailed(
    "limit",
    `${name}: a tensor of shape [${shape.join(", ")}] is ${inMebibytes(bytes)}, and the device holds at most ` +
      `${inMebibytes(limit)} in one (${because}). A smaller batch or layer fits.`,
  );
}

function inMebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
