import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { type Tensor, tf } from "../../../src/math/tensor.ts";
import type { Device } from "../../../src/backends/device.ts";
import { assert } from "../../kit/kit.ts";

/**
 * Runs kernels twice and reads the second results. In between every free buffer of the GPU is filled with NaN, results and
 * intermediates of the first run among them: else a broken shader, which does not throw, leaves an older right answer to
 * be read. The device must not have reported an error either.
 */
export async function runPoisoned(device: Device, run: () => readonly Tensor[]): Promise<Float32Array[]> {
  const first = run();
  if (device.description.backend === "webgpu") {
    // Waits until the buffers are done with, then gives them back to the pool; not read, so no copies are cached.
    await device.fence();
    tf.dispose([...first]);
    poisonFreeBuffers(tf.backend() as WebGPUBackend);
  } else {
    tf.dispose([...first]);
  }
  const results = run();
  const values = (await Promise.all(results.map((result) => result.data()))) as Float32Array[];
  tf.dispose([...results]);
  assert.equal(device.failure()?.message, undefined);
  return values;
}

function poisonFreeBuffers(backend: WebGPUBackend): void {
  const pool = backend["bufferManager"] as unknown as { readonly freeBuffers: ReadonlyMap<string, readonly GPUBuffer[]> };
  const storage = 0x80;
  let poisoned = 0;
  for (const buffer of [...pool.freeBuffers.values()].flat()) {
    if ((buffer.usage & storage) === 0) continue;
    backend.device.queue.writeBuffer(buffer, 0, new Float32Array(buffer.size / 4).fill(NaN));
    poisoned++;
  }
  assert.ok(poisoned > 0, "no free buffer to poison: the results were not given back to the pool");
}
