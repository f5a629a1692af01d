import { mixed, type Pair } from "../../../src/backends/kernels/mix/mixed.ts";
import { tf } from "../../../src/math/tensor.ts";
import { assert, close, it } from "../../kit/kit.ts";
import { computeOnTheDevice, describeOnEachBackend } from "../backendsUnderTest.ts";
import { wave } from "../checkGradient.ts";
import { runPoisoned } from "./runPoisoned.ts";

await describeOnEachBackend("mixed", (backend, device) => {
  computeOnTheDevice(backend);
  if (backend !== "webgpu") {
    it("leaves other backends to the composed one", () => {
      const one = tf.ones([2]);
      assert.equal(mixed([[one, one]], 0.5, 0.5), undefined);
      one.dispose();
    });
    return;
  }

  it("mixes more pairs of odd shapes than fit into one dispatch", async () => {
    const pairs = [[3], [4, 4, 2, 8], [1], [70_000], [5, 7], [8], [2, 2], [9], [10], [11], [12], [13], [14], [15], [16], [17], [18]].map((shape, i): Pair => [
      wave(shape, 2 * i),
      wave(shape, 2 * i + 1),
    ]);
    const values = await Promise.all(pairs.map((pair) => Promise.all(pair.map((tensor) => tensor.data()))));
    const before = device().memory().tensors;
    const results = await runPoisoned(device(), () => mixed(pairs, 0.75, 0.125)!);
    results.forEach((result, i) => close(result, Array.from(values[i]![0]!, (value, at) => 0.75 * value + 0.125 * values[i]![1]![at]!), 1e-6, `pair ${i}`));
    assert.equal(device().memory().tensors, before);
    assert.deepEqual(mixed([], 1, 1), []);
    tf.dispose(pairs.flat() as tf.Tensor[]);
  });

  it("leaves what is taped to the composed one", () => {
    const one = tf.ones([2]);
    let inside: unknown = "not run";
    tf.dispose(tf.grad((x) => {
      inside = mixed([[x, one]], 0.5, 0.5);
      return tf.square(x);
    })(one));
    assert.equal(inside, undefined);
    one.dispose();
  });
});
