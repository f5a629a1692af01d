import { closeness } from "../../../src/backends/kernels/closeness/closeness.ts";
import { type Tensor, tf } from "../../../src/math/tensor.ts";
import { assert, close, it } from "../../kit/kit.ts";
import { describeOnEachBackend } from "../backendsUnderTest.ts";
import { wave } from "../checkGradient.ts";
import { runPoisoned } from "./runPoisoned.ts";

/** By the definition, in float64. */
function defined(m: readonly number[], batch: number, measures: number): number[] {
  const dimensions = m.length / (batch * measures);
  const at = (sample: number, measure: number, c: number): number => m[(sample * measures + measure) * dimensions + c]!;
  return Array.from({ length: batch * measures }, (_, place) => {
    const [i, b] = [Math.floor(place / measures), place % measures];
    let sum = 0;
    for (let j = 0; j < batch; j++) {
      let distance = 0;
      for (let c = 0; c < dimensions; c++) distance += Math.abs(at(i, b, c) - at(j, b, c));
      sum += Math.exp(-distance);
    }
    return sum;
  });
}

/** One sample, less than a step of them, whole steps and one more; dimensions of one number. */
const cases = [[1, 2, 3], [5, 3, 4], [32, 4, 1], [33, 2, 5], [70, 9, 2]] as const;

await describeOnEachBackend("closeness of the samples of a batch", (backend, device) => {
  for (const [batch, measures, dimensions] of cases) {
    it(`${batch} samples by ${measures} measures of ${dimensions} dimensions: by its definition, with the gradient of finite differences`, async () => {
      const before = device().memory().tensors;
      const [m, weights] = tf.tidy(() => [tf.mul(wave([batch, measures * dimensions], 3), 2), wave([batch, measures], 5)]) as [Tensor, Tensor];
      const loss = (x: Tensor): Tensor => tf.sum(tf.mul(weights, closeness(x, measures)));
      const [value, gradient] = await runPoisoned(device(), () => tf.tidy(() => [closeness(m, measures), tf.grad(loss)(m)]));
      const [values, by] = [[...(await m.data())], [...(await weights.data())]];
      close(value!, defined(values, batch, measures), 2e-6 * batch);
      const places = [...new Set(Array.from({ length: 12 }, (_, i) => (i * 97) % values.length))];
      const slopes = places.map((at) => {
        const moved = (step: number): number =>
          defined(values.map((each, i) => (i === at ? each + step : each)), batch, measures).reduce((sum, each, i) => sum + each * by[i]!, 0);
        return (moved(1e-6) - moved(-1e-6)) / 2e-6;
      });
      close(places.map((at) => gradient![at]!), slopes, 1e-5 * batch);
      tf.dispose([m, weights]);
      assert.equal(device().memory().tensors, before);
    });
  }

  it("of samples that are the same is their number, and moves none; of samples far apart each is close to itself alone", async () => {
    const [same, apart] = tf.tidy(() => [tf.ones([20, 6]), tf.mul(tf.reshape(tf.range(0, 20), [20, 1]), tf.fill([1, 6], 100))]) as [Tensor, Tensor];
    const [close20, still, alone, none] = await runPoisoned(device(), () =>
      tf.tidy(() => [same, apart].flatMap((m) => [closeness(m, 2), tf.grad((x: Tensor) => tf.sum(closeness(x, 2)))(m)])));
    close(close20!, Array<number>(40).fill(20), 0);
    close(still!, Array<number>(120).fill(0), 0);
    close(alone!, Array<number>(40).fill(1), 1e-30);
    close(none!, Array<number>(120).fill(0), 1e-30);
    tf.dispose([same, apart]);
  });

  it("has a gradient of its gradient, that of its definition in tensor operations", async () => {
    const byOperations = (m: Tensor): Tensor =>
      tf.sum(tf.exp(tf.neg(tf.sum(tf.reshape(tf.abs(tf.sub(tf.reshape(m, [6, 1, -1]), tf.reshape(m, [1, 6, -1]))), [6, 6, 2, 3]), 3))), 1);
    const twice = (of: (m: Tensor) => Tensor) => (x: Tensor): Tensor => tf.grad((m: Tensor) => tf.sum(tf.square(tf.grad((one: Tensor) => tf.sum(of(one)))(m))))(x);
    const [ours, theirs] = tf.tidy(() => {
      const m = wave([6, 6], 3);
      return [twice((x) => closeness(x, 2))(m), twice(byOperations)(m)];
    });
    close(await ours!.data(), await theirs!.data(), 1e-5);
    tf.dispose([ours!, theirs!]);
  });
});
