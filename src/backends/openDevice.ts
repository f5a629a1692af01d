import { checkOptions } from "../configuration/checkOptions.ts";
import { tf } from "../math/tensor.ts";
import { backendCheck, choiceInFull } from "./backendCheck.ts";
import { chooseBackend } from "./chooseBackend.ts";
import type { BackendChoice, Device } from "./device.ts";
import { DeviceUnavailable } from "./deviceFailure.ts";
import { overLimit } from "./overLimit.ts";
import type { Session } from "./session.ts";

/**
 * Opens a hold on the one device of this process.
 *
 * The first hold opens the device, the last `close()` frees it; in between every run shares it. `"auto"` takes what is
 * open, else a hardware WebGPU adapter, else WebAssembly, else a software WebGPU adapter, else plain JavaScript.
 *
 * A device that failed is not shared any more: the next call opens a fresh one. Tensors do not survive the device they
 * are on (WebGPU).
 *
 * Rejects with ConfigurationError for a choice that is none of the four nor `{ name: "webgpu", tiles }`, and with
 * DeviceUnavailable where the backend asked for is not there (with what to install), computes wrongly, or another one, or
 * one with other tiles, is in use: tfjs has one backend per process.
 */
export async function openDevice(choice: BackendChoice = "auto"): Promise<Device> {
  checkOptions("openDevice", { backend: backendCheck }, { backend: choice });
  return inTurn(async () => {
    if (shared !== undefined && shared.session.failures.first() !== undefined) shared = undefined;
    if (shared === undefined) {
      shared = { session: await chooseBackend(choice), holds: 0 };
    } else {
      refuseAnother(choice, shared);
    }
    return hold(shared);
  });
}

interface Shared {
  readonly session: Session;
  holds: number;
}
let shared: Shared | undefined;

/** @throws DeviceUnavailable where the choice is not what is open. */
function refuseAnother(choice: BackendChoice, { session, holds }: Shared): void {
  const { description: { backend }, tiles } = session;
  const asked = choiceInFull(choice);
  if (asked.name !== "auto" && asked.name !== backend) {
    throw new DeviceUnavailable(
      `backend "${asked.name}": this process already computes on "${backend}" (${holds} in use), and tfjs has one ` +
        `backend per process. Close the others first, ask for "${backend}" or "auto", or start a second process.`,
    );
  }
  if (asked.tiles === "auto" || asked.tiles === tiles) return;
  throw new DeviceUnavailable(
    `backend "webgpu" with tiles "${asked.tiles}": this process already computes with tiles "${tiles}" (${holds} in use), and ` +
      `all share one device. Close the others first, leave "tiles" out, or start a second process.`,
  );
}

function hold(held: Shared): Device {
  const { session } = held;
  const unlisten = new Set<() => void>();
  let closing: Promise<void> | undefined;
  held.holds++;
  return {
    description: session.description,
    failure: () => session.failures.first(),
    onFailure(listener) {
      const stop = session.failures.listen(listener);
      unlisten.add(stop);
      return () => {
        unlisten.delete(stop);
        stop();
      };
    },
    submit: () => session.submit(),
    fence: () => session.fence(),
    tick: () => session.tick(),
    memory() {
      const { numTensors, numBytes } = tf.memory();
      return { tensors: numTensors, bytes: numBytes, gpuBytes: session.gpuBytes() };
    },
    work: () => session.work(),
    checkFits(name, shape) {
      const failure = overLimit(name, shape, session.largestTensor);
      if (failure !== undefined) throw failure;
    },
    close() {
      closing ??= inTurn(async () => {
        for (const stop of unlisten) stop();
        held.holds--;
        if (held.holds > 0) return;
        if (shared === held) shared = undefined;
        await session.release();
      });
      return closing;
    },
  };
}

// Opening and closing take turns: a device is never opened while the one before it is being freed.
let last: Promise<unknown> = Promise.resolve();
function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  const mine = last.then(work, work);
  last = mine.catch(() => {});
  return mine;
}
