import { DeviceFailed, DeviceUnavailable } from "../../src/backends/deviceFailure.ts";
import { failureLatch } from "../../src/backends/failureLatch.ts";
import { selfTest } from "../../src/backends/selfTest.ts";
import { tf } from "../../src/math/tensor.ts";
import { assert, it } from "../kit/kit.ts";
import { describeOnEachBackend } from "./backendsUnderTest.ts";

const three = { operation: "adding", run: () => tf.add(1, 2), expected: [3] };

await describeOnEachBackend("selfTest", (backend, device) => {
  it("names the operation that computes wrongly, with what came out", async () => {
    const wrong = { operation: "doubling", run: () => tf.mul(tf.tensor1d([1, 2]), 2), expected: [2, 5] };
    await assert.rejects(selfTest(backend, { failures: failureLatch() }, [three, wrong]), (problem: Error) => {
      assert.ok(problem instanceof DeviceUnavailable);
      assert.match(problem.message, new RegExp(`${backend} computes doubling wrongly: \\[2, 4\\], expected \\[2, 5\\]`));
      return true;
    });
  });

  it("does not take NaN for right", async () => {
    const nan = { operation: "a root", run: () => tf.sqrt(tf.tensor1d([-1])), expected: [0] };
    await assert.rejects(selfTest(backend, { failures: failureLatch() }, [nan]), /computes a root wrongly/);
  });

  it("fails where the device reported an error meanwhile, although the numbers are right", async () => {
    const failures = failureLatch();
    failures.report(new DeviceFailed("error", "out of bounds"));
    await assert.rejects(selfTest(backend, { failures }, [three]), /failed its self-test: out of bounds/);
  });

  it("leaves no tensor behind", async () => {
    const before = device().memory().tensors;
    await selfTest(backend, { failures: failureLatch() }, [three]);
    assert.equal(device().memory().tensors, before);
  });
});
