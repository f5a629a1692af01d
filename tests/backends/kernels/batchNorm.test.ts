import type { Activation } from "../../../src/backends/kernels/activation.ts";
import { normaliseByBatch } from "../../../src/backends/kernels/batchNorm/normaliseByBatch.ts";
import { type Tensor, tf } from "../../../src/math/tensor.ts";
import { assert, close, it } from "../../kit/kit.ts";
import { computeOnTheDevice, describeOnEachBackend } from "../backendsUnderTest.ts";
import { wave } from "../checkGradient.ts";
import { take } from "./runKernel.ts";
import { runPoisoned } from "./runPoisoned.ts";

const settings = { epsilon: 1e-3, momentum: 0.25 };
const { epsilon } = settings;
const activations: readonly Activation[] = [{ kind: "none" }, { kind: "rectifier", slope: 0 }, { kind: "rectifier", slope: 0.2 }, { kind: "tanh" }];

/** The activation of a number, and its derivative. */
function activate(activation: Activation, x: number): readonly [y: number, slope: number] {
  if (activation.kind === "none") return [x, 1];
  if (activation.kind === "tanh") return [Math.tanh(x), 1 - Math.tanh(x) ** 2];
  const { slope } = activation as { readonly slope: number };
  return x > 0 ? [x, 1] : [slope * x, slope];
}

const shapes: readonly (readonly number[])[] = [[5, 3], [2, 3, 3, 8], [1, 4], [600, 5], [3, 15, 13, 12]];

/** Output, statistics and the gradients of Σ w y in x, gamma and beta, in double precision. */
function byTheBook(
  x: ArrayLike<number>,
  gamma: ArrayLike<number>,
  beta: ArrayLike<number>,
  w: ArrayLike<number>,
  activation: Activation,
): Readonly<Record<"y" | "mean" | "variance" | "dx" | "dgamma" | "dbeta", number[]>> {
  const channels = gamma.length;
  const count = x.length / channels;
  const [mean, variance, dgamma, dbeta] = [0, 1, 2, 3].map(() => Array<number>(channels).fill(0)) as [number[], number[], number[], number[]];
  const values = Array.from(x);
  values.forEach((value, i) => void (mean[i % channels]! += value / count));
  values.forEach((value, i) => void (variance[i % channels]! += (value - mean[i % channels]!) ** 2 / count));
  const standard = values.map((value, i) => (value - mean[i % channels]!) / Math.sqrt(variance[i % channels]! + epsilon));
  const activatedAt = standard.map((value, i) => activate(activation, value * gamma[i % channels]! + beta[i % channels]!));
  const before = activatedAt.map(([, slope], i) => slope * w[i]!);
  standard.forEach((value, i) => {
    dgamma[i % channels]! += before[i]! * value;
    dbeta[i % channels]! += before[i]!;
  });
  return {
    y: activatedAt.map(([y]) => y),
    mean,
    variance: variance.map((value) => (count > 1 ? (value * count) / (count - 1) : value)),
    dx: standard.map((value, i) => {
      const c = i % channels;
      return (gamma[c]! / Math.sqrt(variance[c]! + epsilon)) * (before[i]! - dbeta[c]! / count - (value * dgamma[c]!) / count);
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
      assert.equal(normaliseByBatch(x, { gamma: one, beta: one, mean: one, variance: one }, settings), undefined);
      tf.dispose([x, one]);
    });
    return;
  }

  for (const shape of shapes) {
    it(`normalises [${shape.join(", ")}], moves the running statistics and differentiates it, with what follows it, by the book`, async () => {
      const channels = shape.at(-1)!;
      // Far from zero compared with their spread, where squares would cancel.
      const inputs = tf.tidy(() => [
        ...[tf.add(wave(shape, 1), 30), wave([channels], 2), wave([channels], 3), wave(shape, 4)],
        ...[tf.mul(wave([channels], 5), 10), tf.square(wave([channels], 6))],
      ]) as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
      const [x, gamma, beta, w, mean, variance] = inputs;
      const values = await Promise.all(inputs.map((tensor) => tensor.data()));
      const before = device().memory().tensors;
      // Every activation with one pass over the rows and with two; compiling shaders is what takes time here.
      for (const activation of shape.length === 2 && shape[0]! > 1 ? activations : activations.slice(2, 3)) {
        const expected = byTheBook(values[0]!, values[1]!, values[2]!, values[3]!, activation);
        const run = (at: Tensor, scale: Tensor, shift: Tensor) =>
          normaliseByBatch(at, { gamma: scale, beta: shift, mean, variance }, { ...settings, activation })!;
        const loss = (...at: [Tensor, Tensor, Tensor]): Tensor => tf.sum(tf.mul(run(...at).output, w));
        const results = await runPoisoned(device(), () =>
          tf.tidy(() => {
            const normalised = run(x, gamma, beta);
            return [normalised.output, normalised.mean, normalised.variance, ...tf.grads(loss as Parameters<typeof tf.grads>[0])([x, gamma, beta])];
          }));
        (["y", "mean", "variance", "dx", "dgamma", "dbeta"] as const).forEach((name, i) => {
          const running = name === "mean" || name === "variance" ? values[name === "mean" ? 4 : 5]! : undefined;
          const { momentum } = settings;
          close(results[i]!, expected[name].map((value, c) => (running === undefined ? value : (1 - momentum) * running[c]! + momentum * value)), 2e-4, `${name}, ${activation.kind}`);
        });
      }
      assert.equal(device().memory().tensors, before);
      tf.dispose(inputs);
    });
  }

  it("leaves a gradient that is differentiated again to the composed one", () => {
    const one = tf.ones([2]);
    const seen: unknown[] = [];
    const inner = (x: Tensor): Tensor => {
      seen.push(normaliseByBatch(x, { gamma: one, beta: one, mean: one, variance: one }, settings));
      return tf.square(x);
    };
    tf.tidy(() => tf.grad((x) => tf.grad(inner)(x))(tf.ones([3, 2])));
    assert.deepEqual(seen, [undefined]);
    one.dispose();
  });
});
