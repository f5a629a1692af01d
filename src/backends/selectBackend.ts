import { tf } from "../math/tensor.ts";
import type { BackendName } from "./device.ts";
import { DeviceUnavailable } from "./deviceFailure.ts";

/**
 * Makes tfjs compute on `name` and asserts that it does: its own fallback to another backend is silent.
 *
 * @throws DeviceUnavailable
 */
export async function selectBackend(name: BackendName): Promise<void> {
  const isTaken = await tf.setBackend(name).catch((cause: unknown) => {
    throw new DeviceUnavailable(`backend "${name}": tfjs failed to start it (${String(cause)})`, { cause });
  });
  const actual = isTaken ? tf.getBackend() : "none";
  if (actual !== name) throw new DeviceUnavailable(`backend "${name}": tfjs computes on ${actual} instead`);
  // Else its first tensor prints an advertisement for a package that does not run here.
  if (name === "cpu") (tf.backend() as unknown as { firstUse: boolean }).firstUse = false;
}
