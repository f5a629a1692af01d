import { rootKey } from "../../../src/math/random/fold.ts";
import { type Tensor, tf } from "../../../src/math/tensor.ts";
import { dropout } from "../../../src/networks/layers/dropout.ts";
import { describeOnEachBackend } from "../../backends/backendsUnderTest.ts";
import { assert, close, describe, it } from "../../kit/kit.ts";

const drop = (x: Tensor, rate: number, seed: number, isTraining = true): Tensor =>
  dropout({ rate }).build(x.shape.slice(1)).apply(x, {
    parameters: {},
    buffers: {},
    inputs: {},
    mode: { isTraining, key: rootKey(seed), settings: {} },
  }) as Tensor;

const masks: Float32Array[] = [];

await describeOnEachBackend("dropout", () => {
  it("zeroes a share `rate` of the values and divides the rest by 1 - rate", async () => {
    const values = (await drop(tf.ones([100, 100]), 0.2, 1).data()) as Float32Array;
    const kept = values.filter((value) => value !== 0);
    close([...new Set(kept)], [1.25], 1e-6);
    // 10,000 draws: the share kept has deviation 0.004, so 4 of them.
    close(kept.length / values.length, 0.8, 0.016);
    masks.push(values);
  });

  it("lets the gradient through where it lets the value through", async () => {
    const x = tf.ones([4, 8]);
    const gradient = tf.grad((at) => tf.sum(drop(at, 0.5, 3)))(x);
    assert.deepEqual(await gradient.data(), await drop(x, 0.5, 3).data());
  });

  it("is the identity outside training and at rate 0", async () => {
    const x = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    assert.deepEqual(await drop(x, 0.9, 1, false).data(), await x.data());
    assert.deepEqual(await drop(x, 0, 1).data(), await x.data());
  });
});

describe("dropout's mask", () => {
  it("is the same on every backend", () => {
    for (const mask of masks) assert.deepEqual(mask, masks[0]);
  });

  it("needs a rate below 1", () => {
    assert.throws(() => dropout({ rate: 1 }), /dropout: rate: expected a number >= 0 and < 1, got 1/);
  });
});
