import { moveStatistic, normaliseByBatch } from "../../../src/backends/kernels/batchNorm/normaliseByBatch.ts";
import { type Tensor, tf } from "../../../src/math/tensor.ts";
import { assert, close, it } from "../../kit/kit.ts";
import { computeOnTheDevice, describeOnEachBackend } from "../backendsUnderTest.ts";
import { wave } from "../checkGradient.ts";
import { take } from "./runKernel.ts";
import { runPoisoned } from "./runPoisoned.ts";

const epsilon = 1e-3;
const shapes: readonly (readonly number[])[] = [[5, 3], [2, 3, 3, 8], [1, 4], [600, 5], [3, 15, 13, 12]];

/** Output, statistics and the gradients of Σ w y in x, gamma and beta, in double precision. */
function byTheBook(
  x: ArrayLike<number>,
  gamma: ArrayLike<number>,
  beta: ArrayLike<number>,
  w: ArrayLike<number>,
): Readonly<Record<"y" | "statistics" | "dx" | "dgamma" | "dbeta", number[]>> {
  const channels = gamma.length;
  const count = x.length / channels;
  const [mean, variance, dgamma, dbeta] = [0, 1, 2, 3].map(() => Array<number>(channels).fill(0)) as [number[], number[], number[], number[]];
  const values = Array.from(x);
  values.forEach((value, i) => void (mean[i % channels]! += value / count));
  values.forEach((value, i) => void (variance[i % channels]! += (value - mean[i % channels]!) ** 2 / count));
  const standard = values.map((value, i) => (value - mean[i % channels]!) / Math.sqrt(variance[i % channels]! + epsilon));
  standard.forEach((value, i) => {
    dgamma[i % channels]! += w[i]! * value;
    dbeta[i % channels]! += w[i]!;
  });
  return {
    y: standard.map((value, i) => value * gamma[i % channels]! + beta[i % channels]!),
    statistics: [...mean, ...variance],
    dx: standard.map((value, i) => {
      const c = i % channels;
      return (gamma[c]! / Math.sqrt(variance[c]! + epsilon)) * (w[i]! - dbeta[c]! / count - (value * dgamma[c]!) / count);
    }),
    dgamma,
    dbeta,
  };
}

await describeOnEachBackend("normaliseByBatch", (backend, device) => {
  computeOnTheDevice(backend);
  if (backend !== "webgpu") {
    it("leaves other backends to the composed one", () => {
      const one = tf.ones([2]);
      const x = tf.ones([3, 2]);
      assert.equal(normaliseByBatch(x, one, one, epsilon), undefined);
      tf.dispose([x, one]);
    });
    return;
  }

  for (const shape of shapes) {
    it(`normalises [${shape.join(", ")}] and differentiates it, by the book`, async () => {
      const channels = shape.at(-1)!;
      // Far from zero compared with their spread, where squares would cancel.
      const inputs = tf.tidy(() => [tf.add(wave(shape, 1), 30), wave([channels], 2), wave([channels], 3), wave(shape, 4)]) as Tensor[];
      const [x, gamma, beta, w] = inputs as [Tensor, Tensor, Tensor, Tensor];
      const values = await Promise.all(inputs.map((tensor) => tensor.data()));
      const expected = byTheBook(values[0]!, values[1]!, values[2]!, values[3]!);
      const before = device().memory().tensors;
      const results = await runPoisoned(device(), () => {
        const { output, statistics } = normaliseByBatch(x, gamma, beta, epsilon)!;
        const loss = (...at: Tensor[]): Tensor => tf.sum(tf.mul(normaliseByBatch(at[0]!, at[1]!, at[2]!, epsilon)!.output, w));
        return [output, statistics, ...tf.grads(loss as Parameters<typeof tf.grads>[0])([x, gamma, beta])];
      });
      (["y", "statistics", "dx", "dgamma", "dbeta"] as const).forEach((name, i) => close(results[i]!, expected[name], 2e-4, name));
      assert.equal(device().memory().tensors, before);
      tf.dispose(inputs);
    });
  }

  it("leaves a gradient that is differentiated again to the composed one", () => {
    const one = tf.ones([2]);
    const seen: unknown[] = [];
    const inner = (x: Tensor): Tensor => {
      seen.push(normaliseByBatch(x, one, one, epsilon));
      return tf.square(x);
    };
    tf.tidy(() => tf.grad((x) => tf.grad(inner)(x))(tf.ones([3, 2])));
    assert.deepEqual(seen, [undefined]);
    one.dispose();
  });

  it("moves a running statistic towards its row of the batch's", async () => {
    const [running, statistics] = [tf.tensor1d([1, 2, 3]), tf.tensor2d([[10, 20, 30], [100, 200, 300]])];
    close(await take(moveStatistic(running, statistics, 0, 0.5, 0.25)), [3, 6, 9], 1e-6);
    close(await take(moveStatistic(running, statistics, 1, 0.5, 0.25)), [25.5, 51, 76.5], 1e-6);
    tf.dispose([running, statistics]);
  });
});
