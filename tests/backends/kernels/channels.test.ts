import { type Tensor, tf } from "../../../src/math/tensor.ts";
import { assert, close, it } from "../../kit/kit.ts";
import { computeOnTheDevice, describeOnEachBackend } from "../backendsUnderTest.ts";
import { wave } from "../checkGradient.ts";
import { take } from "./runKernel.ts";
import { runPoisoned } from "./runPoisoned.ts";

const shapes: readonly (readonly number[])[] = [[7], [5, 3], [300, 5], [9, 1], [3, 4, 4, 20], [2, 3, 5, 17], [700, 16], [30, 20, 30], [520, 33]];

/** Sums by the definition: every element goes to the output element with its kept coordinates. */
function summed(values: ArrayLike<number>, shape: readonly number[], axes: readonly number[]): number[] {
  const kept = shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  const sums = Array<number>(kept.reduce((size, extent) => size * extent, 1)).fill(0);
  for (let flat = 0; flat < values.length; flat++) {
    let [rest, at, stride] = [flat, 0, 1];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (!axes.includes(axis)) at += (rest % shape[axis]!) * stride;
      rest = Math.floor(rest / shape[axis]!);
      stride *= kept[axis]!;
    }
    sums[at]! += values[flat]!;
  }
  return sums;
}

function subsets(rank: number): number[][] {
  return Array.from(
    { length: 2 ** rank - 1 },
    (_, bits) => Array.from({ length: rank }, (_, axis) => axis).filter((axis) => (bits + 1) & (1 << axis)),
  );
}

await describeOnEachBackend("reductions, batch norm and activations", (backend, device) => {
  computeOnTheDevice(backend);

  for (const shape of shapes) {
    it(`sums and averages [${shape.join(", ")}] over every set of axes`, async () => {
      const before = device().memory().tensors;
      const x = wave(shape, 3);
      const values = await x.data();
      const checks = subsets(shape.length).flatMap((axes) => {
        const expected = summed(values, shape, axes);
        const count = values.length / expected.length;
        return [
          [() => tf.sum(x, axes), expected],
          [() => tf.mean(x, axes, true), expected.map((sum) => sum / count)],
        ] as [() => Tensor, number[]][];
      });
      // Read together: a read takes 10 ms on Deno.
      const results = await runPoisoned(device(), () => checks.map(([result]) => result()));
      results.forEach((result, i) => close(result, checks[i]![1], 1e-5, `over set ${i >> 1}`));
      x.dispose();
      assert.equal(device().memory().tensors, before);
    });
  }

  it("keeps the digits of a mean over many rows", async () => {
    const mean = tf.tidy(() => tf.mean(tf.fill([40_000, 2], 0.1), 0));
    close(await take(mean), [0.1, 0.1], 1e-6);
  });

  for (const channels of [1, 3, 4, 20]) {
    it(`normalises ${channels} channels by given statistics, with and without offset`, async () => {
      const x = wave([2, 3, 3, channels], 1) as tf.Tensor4D;
      const [mean, variance, scale, offset] = [2, 3, 4, 5].map((seed) => tf.tidy(() => tf.abs(wave([channels], seed)))) as [
        tf.Tensor1D,
        tf.Tensor1D,
        tf.Tensor1D,
        tf.Tensor1D,
      ];
      const [xs, m, v, s, b] = await Promise.all([x, mean, variance, scale, offset].map((one) => one.data()));
      const expected = (withOffset: boolean): number[] =>
        Array.from(xs!, (value, i) => {
          const c = i % channels;
          return ((value - m![c]!) * s![c]!) / Math.sqrt(v![c]! + 1e-3) + (withOffset ? b![c]! : 0);
        });
      close(await take(tf.batchNorm(x, mean, variance, offset, scale, 1e-3)), expected(true), 1e-5, "with offset");
      close(await take(tf.batchNorm(x, mean, variance, undefined, scale, 1e-3)), expected(false), 1e-5, "without offset");
      tf.dispose([x, mean, variance, scale, offset]);
    });
  }

  for (const size of [1, 4, 6, 11]) {
    it(`is leaky below zero only, for ${size} values`, async () => {
      const x = wave([size], 9);
      const values = await x.data();
      close(await take(tf.leakyRelu(x, 0.2)), Array.from(values, (value) => (value > 0 ? value : 0.2 * value)), 1e-7);
      x.dispose();
    });
  }

  it("gives a clone a life of its own", async () => {
    const before = device().memory();
    const original = tf.tensor1d([1, 2, 3]);
    const clone = original.clone();
    const cast = tf.cast(original, "float32");
    original.dispose();
    assert.deepEqual([...(await take(clone))], [1, 2, 3]);
    assert.deepEqual([...(await take(cast))], [1, 2, 3]);
    assert.equal(device().memory().bytes, before.bytes);
  });
});
