import { rootKey } from "../../../src/math/random/fold.ts";
import { normals } from "../../../src/math/random/normals.ts";
import { sizeOf, type Tensor, tf } from "../../../src/math/tensor.ts";
import type { Layer } from "../../../src/networks/layer.ts";
import { conv2d } from "../../../src/networks/layers/conv2d.ts";
import { conv2dTranspose } from "../../../src/networks/layers/conv2dTranspose.ts";
import type { Padding } from "../../../src/networks/layers/convolution.ts";
import { describeOnEachBackend } from "../../backends/backendsUnderTest.ts";
import { assert, close, it } from "../../kit/kit.ts";

function applied(layer: Layer, input: Tensor, kernel: Tensor): Tensor {
  const context = { parameters: { kernel }, buffers: {}, inputs: {}, mode: { isTraining: true, key: rootKey(1), settings: {} } };
  return layer.build(input.shape.slice(1)).apply(input, context) as Tensor;
}

/** The matrix of a linear layer, column by column, from its values at the unit images: `[outputs, inputs]`. */
function matrixOf(layer: Layer, shape: readonly number[], kernel: Tensor): Tensor {
  const size = sizeOf(shape);
  const units = tf.reshape(tf.eye(size), [size, ...shape]);
  return tf.transpose(tf.reshape(applied(layer, units, kernel), [size, -1]));
}

/** A convolution of a `side` x `side` image as the dense matrix of the lecture notes, written out index by index. */
function lectureMatrix(kernel: readonly number[], window: number, side: number, stride: number, before: number, out: number): number[] {
  const matrix = new Array<number>(out * out * side * side).fill(0);
  for (let i = 0; i < out; i++)
    for (let j = 0; j < out; j++)
      for (let u = 0; u < window; u++)
        for (let v = 0; v < window; v++) {
          const [y, x] = [i * stride + u - before, j * stride + v - before];
          if (y < 0 || x < 0 || y >= side || x >= side) continue;
          matrix[(i * out + j) * side * side + y * side + x] = kernel[u * window + v]!;
        }
  return matrix;
}

await describeOnEachBackend("conv2dTranspose", () => {
  it("is the transpose of the convolution's dense matrix, and not its inverse", async () => {
    // 3 x 3 over 4 x 4 without padding is the standard example: a 4 x 16 matrix. The others pad.
    const examples: readonly [window: number, side: number, stride: number, padding: Padding, before: number, out: number][] = [
      [3, 4, 1, "valid", 0, 2],
      [4, 4, 2, "same", 1, 2],
      [3, 4, 2, "same", 0, 2],
    ];
    for (const [window, side, stride, padding, before, out] of examples) {
      const values = Array.from({ length: window * window }, (_, i) => i + 1);
      const kernel = tf.tensor(values, [window, window, 1, 1]);
      const options = { filters: 1, kernel: window, stride, padding, bias: false };
      const A = matrixOf(conv2d(options), [side, side, 1], kernel);
      const At = matrixOf(conv2dTranspose(options), [out, out, 1], kernel);
      const expected = lectureMatrix(values, window, side, stride, before, out);
      close(await A.data(), expected, 1e-6, "A");
      assert.deepEqual(At.shape, [side * side, out * out]);
      close(await tf.transpose(At).data(), expected, 1e-6, "transpose of A'");
      const product = (await tf.matMul(A, At).data()) as Float32Array;
      const away = product.reduce((sum, value, i) => sum + Math.abs(value - (i % (out * out + 1) === 0 ? 1 : 0)), 0);
      assert.ok(away > 1, `A A' is 1 up to ${away}`);
    }
  });

  it("satisfies <A x, y> = <x, A' y> for every kernel, stride and padding, relative to 1e-5", async () => {
    const examples: readonly [window: number, stride: number, padding: Padding, small: number, large: number][] = [
      [4, 2, "same", 3, 6],
      [5, 2, "same", 3, 6],
      [3, 1, "same", 5, 5],
      [2, 3, "same", 2, 6],
      [4, 2, "valid", 3, 8],
      [3, 1, "valid", 2, 4],
    ];
    for (const [index, [window, stride, padding, small, large]] of examples.entries()) {
      const random = (salt: number, shape: number[]): Tensor => tf.tensor(normals(rootKey(10 * index + salt), sizeOf(shape)), shape);
      const kernel = random(1, [window, window, 2, 3]);
      const x = random(2, [2, large, large, 2]);
      const y = random(3, [2, small, small, 3]);
      const Ax = applied(conv2d({ filters: 3, kernel: window, stride, padding, bias: false }), x, kernel);
      const Aty = applied(conv2dTranspose({ filters: 2, kernel: window, stride, padding, bias: false }), y, kernel);
      assert.deepEqual(Aty.shape, x.shape);
      const [left, right, scale] = await tf.stack([tf.sum(tf.mul(Ax, y)), tf.sum(tf.mul(x, Aty)), tf.sum(tf.abs(tf.mul(Ax, y)))]).data();
      assert.ok(Math.abs(left! - right!) <= 1e-5 * scale!, `kernel ${window}, stride ${stride}, ${padding}: ${left} and ${right}`);
    }
  });
});
