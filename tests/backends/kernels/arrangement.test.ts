import { tf } from "../../../src/math/tensor.ts";
import { assert, it } from "../../kit/kit.ts";
import { computeOnTheDevice, describeOnEachBackend } from "../backendsUnderTest.ts";
import { runKernel, take } from "./runKernel.ts";

const counting = (shape: readonly number[]): tf.Tensor => tf.tidy(() => tf.reshape(tf.range(0, size(shape)), [...shape]));
const size = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1);

/** Element by element: every output coordinate modulo the input's extent. */
function tiled(shape: readonly number[], reps: readonly number[]): number[] {
  const outShape = shape.map((extent, axis) => extent * reps[axis]!);
  return Array.from({ length: size(outShape) }, (_, flat) => {
    let rest = flat;
    let source = 0;
    let stride = 1;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      source += (rest % outShape[axis]!) % shape[axis]! * stride;
      rest = Math.floor(rest / outShape[axis]!);
      stride *= shape[axis]!;
    }
    return source;
  });
}

const tilings: readonly (readonly [shape: readonly number[], reps: readonly number[]])[] = [
  [[3], [4]],
  [[1, 5], [6, 1]],
  [[1, 1, 1, 3], [2, 4, 4, 1]],
  [[2, 3], [3, 2]],
  [[2, 20], [2, 3]],
  [[2, 1, 3, 1, 2], [1, 2, 1, 2, 1]],
  [[2, 2, 1, 2, 1, 3], [1, 1, 2, 1, 2, 1]],
  [[2, 1, 2, 1, 2], [1, 1, 1, 1, 1]],
];

await describeOnEachBackend("tile, gather's adjoint and masks", (backend, device) => {
  computeOnTheDevice(backend);
  for (const [shape, reps] of tilings) {
    it(`tiles [${shape.join(", ")}] by [${reps.join(", ")}]`, async () => {
      const before = device().memory().tensors;
      const x = counting(shape);
      assert.deepEqual([...(await take(tf.tile(x, [...reps])))], tiled(shape, reps));
      // The input is untouched: copies are made within the output only.
      assert.deepEqual([...(await take(x))], Array.from({ length: size(shape) }, (_, i) => i));
      assert.equal(device().memory().tensors, before);
    });
  }

  it("adds rows up by segment and drops those of a negative one", async () => {
    const x = tf.tensor2d([[1, 2], [3, 4], [5, 6], [7, 8]]);
    const segmentIds = tf.tensor1d([2, 0, 2, -1], "int32");
    assert.deepEqual([...(await take(runKernel("UnsortedSegmentSum", { x, segmentIds }, { numSegments: 3 })))], [3, 4, 0, 0, 6, 8]);
    tf.dispose([x, segmentIds]);
  });

  for (const count of [4, 5]) {
    it(`passes ${count} gradients where x > 0 and alpha times them elsewhere, zeros of both signs included`, async () => {
      const x = tf.tensor1d([1, -1, 0, -0, 1e-30].slice(0, count));
      const dy = tf.tensor1d([8, 8, 8, 8, 8].slice(0, count));
      assert.deepEqual([...(await take(runKernel("LeakyReluGrad", { x, dy }, { alpha: 0.25 })))], [8, 2, 2, 2, 8].slice(0, count));
      tf.dispose([x, dy]);
    });
  }
});
