import { DeviceFailed, DeviceUnavailable } from "../../src/backends/deviceFailure.ts";
import type { Device } from "../../src/backends/device.ts";
import { openDevice } from "../../src/backends/openDevice.ts";
import { ConfigurationError } from "../../src/configuration/configurationError.ts";
import { tf } from "../../src/math/tensor.ts";
import { assert, close, describe, it, runtime } from "../kit/kit.ts";
import { describeOnEachBackend } from "./backendsUnderTest.ts";

async function twoPlusOne(): Promise<ArrayLike<number>> {
  // Large enough that tfjs' WebGPU backend does not compute it on the CPU.
  const sum = tf.tidy(() => tf.add(tf.fill([2000], 2), 1));
  const values = await sum.data();
  sum.dispose();
  return [values[0]!, values[1999]!];
}

await describeOnEachBackend("openDevice", (backend, device) => {
  it("makes tfjs compute there and says so", async () => {
    const { description } = device();
    assert.equal(description.backend, backend);
    assert.equal(tf.getBackend(), backend);
    assert.equal(description.runtime, runtime);
    assert.equal(description.adapter !== undefined, backend === "webgpu");
    assert.match(description.reason, /^asked for/);
    assert.ok(description.kernels.includes("gradient/FusedBatchNorm"));
    close(await twoPlusOne(), [3, 3], 0);
  });

  it("shares the device with every further hold on the same backend, and with auto", async () => {
    const [same, automatic] = [await openDevice(backend), await openDevice("auto")];
    assert.equal(same.description, device().description);
    assert.equal(automatic.description, device().description);
    await same.close();
    await automatic.close();
    close(await twoPlusOne(), [3, 3], 0);
  });

  it("closes a hold once, however often it is asked to", async () => {
    const second = await openDevice(backend);
    await Promise.all([second.close(), second.close()]);
    await second.close();
    close(await twoPlusOne(), [3, 3], 0);
  });

  it("refuses another backend while this one is in use", async () => {
    const other = backend === "cpu" ? "wasm" : "cpu";
    await assert.rejects(openDevice(other), (problem: Error) => {
      assert.ok(problem instanceof DeviceUnavailable);
      assert.match(problem.message, new RegExp(`backend "${other}": this process already computes on "${backend}"`));
      return true;
    });
    assert.equal(tf.getBackend(), backend);
  });

  it("refuses a tensor beyond the limit before it is allocated, with its shape and the limit", () => {
    device().checkFits("generator/dense1/kernel", [1024, 1024]);
    const before = device().memory().tensors;
    assert.throws(() => device().checkFits("generator/dense1/kernel", [65536, 65536]), (problem: Error) => {
      assert.ok(problem instanceof DeviceFailed);
      assert.equal(problem.reason, "limit");
      assert.match(problem.message, /generator\/dense1\/kernel: a tensor of shape \[65536, 65536\] is 16384\.0 MiB.*at most [\d.]+ MiB/);
      return true;
    });
    assert.equal(device().memory().tensors, before);
    assert.equal(device().failure(), undefined);
  });

  it("fences: asynchronously on a GPU, at once elsewhere", async () => {
    const fence = device().fence();
    assert.equal(fence instanceof Promise, backend === "webgpu");
    await fence;
  });

  it("counts live tensors and their bytes", () => {
    const before = device().memory();
    const kept = tf.zeros([10, 10]);
    const after = device().memory();
    kept.dispose();
    assert.equal(after.tensors - before.tensors, 1);
    assert.equal(after.bytes - before.bytes, 400);
    assert.equal(after.gpuBytes > 0, backend === "webgpu");
  });

  if (backend !== "webgpu") {
    it("refuses WebGPU with any tiles, too", async () => {
      await assert.rejects(openDevice({ name: "webgpu", tiles: "workgroup" }), /backend "webgpu": this process already computes on/);
    });
    return;
  }

  it("says how products are cut: by registers on a software adapter, in workgroup memory on hardware", () => {
    const { isSoftware, kernels } = device().description;
    assert.deepEqual(kernels.filter((name) => name.startsWith("tiles/")), [isSoftware ? "tiles/registers" : "tiles/workgroup"]);
  });

  it("shares the device with whoever asks for its tiles or leaves them open, and refuses others", async () => {
    const [own, other] = device().description.isSoftware ? ["registers", "workgroup"] as const : ["workgroup", "registers"] as const;
    for (const choice of [{ name: "webgpu" }, { name: "webgpu", tiles: "auto" }, { name: "webgpu", tiles: own }] as const) {
      const same = await openDevice(choice);
      assert.equal(same.description, device().description);
      await same.close();
    }
    await assert.rejects(openDevice({ name: "webgpu", tiles: other }), (problem: Error) => {
      assert.ok(problem instanceof DeviceUnavailable);
      assert.match(problem.message, new RegExp(`with tiles "${other}": this process already computes with tiles "${own}"`));
      return true;
    });
  });

  it("keeps the device's failure for all holds, tells each listener once, and opens a fresh device after it", async () => {
    const [lost, bystander] = [await openDevice(backend), await openDevice(backend)];
    const heard: string[] = [];
    lost.onFailure((failure) => heard.push(`first ${failure.reason}`));
    bystander.onFailure((failure) => heard.push(`second ${failure.reason}`));
    lost.onFailure(() => heard.push("not listening any more"))();
    plantLoss();
    await untilFailed(lost);
    assert.ok(lost.failure() instanceof DeviceFailed);
    assert.equal(lost.failure()?.reason, "lost");
    assert.equal(bystander.failure(), lost.failure());
    assert.deepEqual(heard, ["first lost", "second lost"]);
    lost.onFailure((failure) => heard.push(`late ${failure.reason}`));
    await Promise.resolve();
    assert.equal(heard.at(-1), "late lost");

    const fresh = await openDevice(backend);
    assert.equal(fresh.failure(), undefined);
    close(await twoPlusOne(), [3, 3], 0);
    await lost.close();
    await bystander.close();
    close(await twoPlusOne(), [3, 3], 0);
    await fresh.close();
  });

  it("turns a validation error into a failure that names the adapter", async () => {
    // The suite's own hold was lost by the test before, so this one is alone on a fresh device.
    const faulty = await openDevice(backend);
    gpuDevice().createBuffer({ size: 2 ** 40, usage: 128 });
    await untilFailed(faulty);
    assert.equal(faulty.failure()?.reason, "error");
    assert.match(faulty.failure()!.message, /reported an error/);
    await faulty.close();
  });
});

describe("openDevice", () => {
  it("refuses a backend that is none of the four before it opens anything", async () => {
    await assert.rejects(openDevice("gpu" as "webgpu"), (problem: Error) => {
      assert.ok(problem instanceof ConfigurationError);
      assert.match(problem.message, /backend: expected one of "auto", "webgpu", "wasm", "cpu", got "gpu"/);
      return true;
    });
  });

  it("refuses tiles it does not know, and tiles of a backend that has none", async () => {
    await assert.rejects(openDevice({ name: "webgpu", tiles: "blocks" as "auto" }), /backend\.tiles: expected one of "auto", "registers", "workgroup", got "blocks"/);
    await assert.rejects(openDevice({ name: "wasm" as "webgpu", tiles: "registers" }), /backend\.name: expected one of "webgpu", got "wasm"/);
  });

  it("chooses for auto a hardware adapter, else wasm, and says why", async () => {
    const device = await openDevice("auto");
    const { backend, isSoftware, reason } = device.description;
    await device.close();
    assert.equal(backend, isSoftware ? "wasm" : "webgpu");
    assert.match(reason, /^auto: /);
  });
});

function gpuDevice(): GPUDevice {
  return (tf.backend() as unknown as { readonly device: GPUDevice }).device;
}

function plantLoss(): void {
  gpuDevice().destroy();
}

async function untilFailed(device: Device): Promise<void> {
  for (let i = 0; i < 200 && device.failure() === undefined; i++) await new Promise((resolve) => setTimeout(resolve, 5));
}
