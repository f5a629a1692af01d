import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { type HandleCollector, handleCollector } from "../../platform/collectHandles.ts";
import { tf } from "../../math/tensor.ts";
import type { Tiles } from "../device.ts";
import { DeviceFailed, DeviceUnavailable } from "../deviceFailure.ts";
import { failureLatch } from "../failureLatch.ts";
import { installWebgpuKernels } from "../kernels/installWebgpuKernels.ts";
import { tilesFor, tilesName, useTiles } from "../kernels/tiles.ts";
import { selectBackend } from "../selectBackend.ts";
import type { OpenedBackend } from "../session.ts";
import type { FoundAdapter } from "./findAdapter.ts";
import { refuseOverLimit } from "./refuseOverLimit.ts";
import { requestDevice } from "./requestDevice.ts";
import { submitBatchSize } from "./submitBatchSize.ts";

/**
 * Opens a device on the adapter and makes it tfjs' backend. Its matrix products are cut as asked for, else as suits the
 * adapter.
 *
 * tfjs' own registration is not used: where its request fails it silently computes on `cpu` instead.
 *
 * @throws DeviceUnavailable where the adapter gives no device or tfjs does not take it.
 */
export async function openWebgpu(found: FoundAdapter, asked: "auto" | Tiles = "auto"): Promise<OpenedBackend> {
  const collector = await handleCollector();
  const device = await requestDevice(found.adapter).catch((cause: unknown) => {
    throw new DeviceUnavailable(`backend "webgpu": ${found.name} gave no device (${String(cause)})`, { cause });
  });
  const failures = failureLatch();
  let isReleased = false;
  device.addEventListener("uncapturederror", (event) => {
    const { error } = event as GPUUncapturedErrorEvent;
    // Dawn also prints it where nobody prevents that; the failure reports it once, to whoever runs the training.
    event.preventDefault();
    failures.report(new DeviceFailed("error", `${found.name} reported an error: ${error.message}`, error));
  });
  void device.lost.then((info) => {
    if (isReleased) return;
    failures.report(
      new DeviceFailed("lost", `${found.name} was lost (${info.reason || "unknown"}): ${info.message || "no message"}`, info),
    );
  });

  if (collector !== undefined) countBindGroups(device, collector);
  tf.env().set("WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE", submitBatchSize());
  // Else tfjs computes small tensors that have not reached the device yet on the CPU, which rounds differently: a small
  // weight fresh from a checkpoint would take another path than the same weight in mid-run, and resuming would not be exact.
  tf.env().set("WEBGPU_CPU_FORWARD", false);
  const backend = new WebGPUBackend(device, found.adapter.info);
  const tiles = tilesFor(asked, found);
  useTiles(backend, tiles);
  if (tf.engine().registryFactory["webgpu"] !== undefined) tf.removeBackend("webgpu");
  tf.registerBackend("webgpu", () => backend, 3);
  await selectBackend("webgpu").catch((problem: unknown) => {
    isReleased = true;
    device.destroy();
    throw problem;
  });

  const largestTensor = {
    bytes: Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize),
    because: `maxStorageBufferBindingSize of ${found.name}`,
  };
  refuseOverLimit(backend, largestTensor);
  const submit = (): void => {
    if (!backend["commandEncoder"]) return;
    backend.endComputePassEncoder();
    backend.submitQueue();
  };
  return {
    adapter: found.name,
    isSoftware: found.isSoftware,
    kernels: [tilesName(tiles), ...installWebgpuKernels()],
    tiles,
    failures,
    largestTensor,
    submit,
    fence() {
      submit();
      return device.queue.onSubmittedWorkDone().then(() => undefined);
    },
    tick: () => collector?.tick(),
    gpuBytes: () => backend.memory().numBytesAllocatedInGPU,
    async release() {
      isReleased = true;
      // A later session may have registered its own by now.
      if (tf.findBackend("webgpu") === backend) tf.removeBackend("webgpu");
      else backend.dispose();
      device.destroy();
      // Else the next operation anywhere would make tfjs pick one by itself.
      if (tf.engine().backendName === null) await selectBackend("cpu");
    },
  };
}

/** tfjs makes one bind group per dispatch, and with it everything else that has to be collected. */
function countBindGroups(device: GPUDevice, collector: HandleCollector): void {
  const create = device.createBindGroup;
  device.createBindGroup = function (descriptor) {
    collector.made();
    return create.call(this, descriptor);
  };
}
