import { tf } from "../../src/math/tensor.ts";
import { readTogether } from "../../src/run/readTogether.ts";
import { describeOnEachBackend } from "../backends/backendsUnderTest.ts";
import { assert, it } from "../kit/kit.ts";

await describeOnEachBackend("reading many tensors together", (_, device) => {
  it("gives each its own values, of either type and any shape, also where they are more than are read at once", async () => {
    const large = Float32Array.from({ length: 2 ** 22 }, (_, i) => i % 1021);
    // Below 1.2e-38 a shader may see 0; what is read must not.
    const values = [[1.5], [2, -3, 4, 5], [7, 8], large, [-0.25, 1e-40, 6e8], [2 ** 31 - 1], [9], []] as const;
    const shapes = [[], [2, 2], [2], [large.length], [3, 1, 1], [1], [], [0, 3]] as const;
    const types = ["float32", "float32", "int32", "float32", "float32", "int32", "float32", "float32"] as const;
    const arrays = values.map((of, i) => (types[i] === "int32" ? Int32Array.from(of) : Float32Array.from(of)));
    const tensors = arrays.map((of, i) => tf.tensor(of, [...shapes[i]!], types[i]!));
    const before = device().memory().tensors;
    assert.deepEqual(await readTogether(tensors), arrays);
    assert.equal(device().memory().tensors, before);
    tf.dispose(tensors);
  });
});
