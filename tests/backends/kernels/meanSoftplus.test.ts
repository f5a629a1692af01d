import { meanSoftplus } from "../../../src/math/objectives/meanSoftplus.ts";
import { inputGradients } from "../../../src/math/penalties/inputGradients.ts";
import { type Tensor, tf } from "../../../src/math/tensor.ts";
import { assert, close, it } from "../../kit/kit.ts";
import { computeOnTheDevice, describeOnEachBackend } from "../backendsUnderTest.ts";
import { wave } from "../checkGradient.ts";
import { runPoisoned } from "./runPoisoned.ts";

const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const sigmoid = (x: number): number => (x > 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));

await describeOnEachBackend("meanSoftplus", (backend, device) => {
  computeOnTheDevice(backend);
  for (const shape of [[1], [64, 1], [7, 5], [1000], [1100]]) {
    for (const sign of [1, -1] as const) {
      it(`is the mean of log(1 + e^${sign === 1 ? "" : "−"}x) over [${shape.join(", ")}], with its gradient`, async () => {
        const x = tf.tidy(() => tf.mul(wave(shape, 3), 6));
        const values = await x.data();
        const before = device().memory().tensors;
        const [value, slope] = await runPoisoned(device(), () =>
          tf.tidy(() => {
            const { value, grad } = tf.valueAndGrad((at: Tensor) => tf.mul(meanSoftplus(at, sign), 3))(x);
            return [value, grad];
          }));
        const at = Array.from(values, (each) => sign * each);
        close(value!, [3 * at.reduce((sum, each) => sum + softplus(each), 0) / at.length], 1e-6);
        close(slope!, at.map((each) => (3 * sign * sigmoid(each)) / at.length), 1e-6);
        assert.equal(device().memory().tensors, before);
        x.dispose();
      });
    }
  }

  it("keeps the digits of very small values and survives very large ones", async () => {
    const points = [-80, -20, -10, -4.2, -3.9, 40, 80, 1e30];
    const x = points.map((point) => tf.scalar(point));
    const results = await runPoisoned(device(), () => x.map((each) => meanSoftplus(each, 1)));
    const isExact = backend === "webgpu";
    points.forEach((point, i) => {
      const expected = softplus(point);
      // tfjs' own loses what is below the rounding of 1; ours does not.
      assert.ok(Math.abs(results[i]![0]! - expected) <= 1e-5 * expected + (isExact ? 0 : 1e-6), `${point}: ${results[i]![0]} for ${expected}`);
    });
    tf.dispose(x);
  });

  it("is differentiable twice", async () => {
    const x = tf.tensor1d([-2, 0.5, 3]);
    const slope = (at: Tensor): Tensor => tf.sum(tf.square(tf.grad((of: Tensor) => meanSoftplus(of, 1))(at)));
    const second = tf.grad(slope)(x);
    close(await second.data(), [-2, 0.5, 3].map((at) => (2 * sigmoid(at) ** 2 * (1 - sigmoid(at))) / 9), 1e-6);
    tf.dispose([x, second]);
  });

  it("is differentiable twice where it was taped before", async () => {
    const x = tf.tensor1d([-2, 0.5, 3]);
    const second = tf.grad((at: Tensor) => {
      const value = meanSoftplus(at, -1);
      return tf.sum(tf.square(inputGradients(() => value, [at])[0]!));
    })(x);
    close(await second.data(), [-2, 0.5, 3].map((at) => (-2 * sigmoid(-at) ** 2 * (1 - sigmoid(-at))) / 9), 1e-6);
    tf.dispose([x, second]);
  });
});
