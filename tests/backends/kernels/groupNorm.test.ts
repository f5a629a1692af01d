import { normaliseByGroup } from "../../../src/backends/kernels/groupNorm/normaliseByGroup.ts";
import { silu } from "../../../src/backends/kernels/silu/silu.ts";
import { type Tensor, tf } from "../../../src/math/tensor.ts";
import { assert, close, it } from "../../kit/kit.ts";
import { computeOnTheDevice, describeOnEachBackend } from "../backendsUnderTest.ts";
import { wave } from "../checkGradient.ts";

/** Σ weights · y by the definition, in float64. */
function defined(x: readonly number[], gamma: readonly number[], beta: readonly number[], weights: readonly number[], [batch, rows, channels]: readonly [number, number, number], groups: number): { readonly y: number[]; readonly sum: number } {
  const width = channels / groups;
  const y = Array<number>(x.length).fill(0);
  for (let sample = 0; sample < batch; sample++) {
    for (let group = 0; group < groups; group++) {
      const places = Array.from({ length: rows * width }, (_, i) => (sample * rows + Math.floor(i / width)) * channels + group * width + (i % width));
      const mean = places.reduce((sum, at) => sum + x[at]!, 0) / places.length;
      const variance = places.reduce((sum, at) => sum + (x[at]! - mean) ** 2, 0) / places.length;
      for (const at of places) y[at] = (gamma[(sample * channels + (at % channels)) % gamma.length]! * (x[at]! - mean)) / Math.sqrt(variance + 1e-5) + beta[(sample * channels + (at % channels)) % beta.length]!;
    }
  }
  return { y, sum: y.reduce((sum, value, i) => sum + value * weights[i]!, 0) };
}

await describeOnEachBackend("group normalisation and SiLU", (backend, device) => {
  computeOnTheDevice(backend);

  for (const [shape, groups, own] of [[[2, 20, 15, 6], 3, true], [[3, 4, 4, 16], 4, false], [[2, 5], 1, true]] as const) {
    it(`normalises [${shape.join(", ")}] in ${groups} groups by its definition, ${own ? "each sample by its own scale" : "all by one scale"}, with the gradient of finite differences`, async () => {
      const before = device().memory().tensors;
      const [batch, channels] = [shape[0], shape.at(-1)!];
      const rows = shape.slice(1, -1).reduce((product: number, extent: number) => product * extent, 1);
      // Far from 0: sums of squares alone would lose the digits.
      const leaves = tf.tidy(() => [tf.add(wave([...shape], 3), 5), tf.add(wave([own ? batch : 1, channels], 5), 1), wave([own ? batch : 1, channels], 7)] as [Tensor, Tensor, Tensor]);
      const weights = wave([...shape], 11);
      const loss = (x: Tensor, gamma: Tensor, beta: Tensor): Tensor => tf.sum(tf.mul(weights, normaliseByGroup(x, gamma, beta, groups, 1e-5)));
      const results = tf.tidy(() => [normaliseByGroup(...leaves, groups, 1e-5), ...tf.grads(loss as never)([...leaves] as never)] as Tensor[]);
      const [y, ...gradients] = (await Promise.all(results.map((tensor) => tensor.data()))).map((values) => [...values]) as number[][];
      const values = (await Promise.all([...leaves, weights].map((tensor) => tensor.data()))).map((each) => [...each]) as [number[], number[], number[], number[]];
      const [x, gamma, beta, by] = values;
      const extent = [batch, rows, channels] as const;
      close(y!, defined(x, gamma, beta, by, extent, groups).y, 2e-4);
      for (const [leaf, gradient] of gradients.entries()) {
        const places = [...new Set(Array.from({ length: 9 }, (_, i) => (i * 97) % gradient.length))];
        const slopes = places.map((at) => {
          const moved = (by1: number) => defined(...([0, 1, 2].map((one) => (one === leaf ? values[one]!.map((value, i) => (i === at ? value + by1 : value)) : values[one]!)) as [number[], number[], number[]]), by, extent, groups).sum;
          return (moved(1e-5) - moved(-1e-5)) / 2e-5;
        });
        close(places.map((at) => gradient[at]!), slopes, 5e-4, `gradient ${leaf}`);
      }
      tf.dispose([...results, ...leaves, weights]);
      assert.equal(device().memory().tensors, before);
    });
  }

  it("weights by the sigmoid, with its gradient and the gradient of that", async () => {
    const at = [-30, -2, -0.5, 0, 0.7, 3, 30, 1, 2];
    const s = (x: number): number => 1 / (1 + Math.exp(-x));
    const [y, first, second] = tf.tidy(() => {
      const x = tf.tensor(at);
      const slope = (of: Tensor): Tensor => tf.grad((one: Tensor) => tf.sum(silu(one)))(of);
      return [silu(x), slope(x), tf.grad((one: Tensor) => tf.sum(slope(one)))(x)] as const;
    });
    close(await y.data(), at.map((x) => x * s(x)), 1e-5);
    close(await first.data(), at.map((x) => s(x) * (1 + x * (1 - s(x)))), 1e-5);
    close(await second.data(), at.map((x) => s(x) * (1 - s(x)) * (2 + x * (1 - 2 * s(x)))), 1e-5);
    tf.dispose([y, first, second]);
  });
});
