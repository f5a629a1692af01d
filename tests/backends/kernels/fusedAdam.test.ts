import { type AdamNumbers, adamRule } from "../../../src/backends/kernels/adam/adamRule.ts";
import { fusedUpdate, fusedUpdateOfMany } from "../../../src/backends/kernels/fusedUpdate/fusedUpdate.ts";
import { tf } from "../../../src/math/tensor.ts";
import { assert, close, it } from "../../kit/kit.ts";
import { computeOnTheDevice, describeOnEachBackend } from "../backendsUnderTest.ts";
import { wave } from "../checkGradient.ts";
import { take } from "./runKernel.ts";
import { runPoisoned } from "./runPoisoned.ts";

const settings = { rate: 0.1, beta1: 0.5, beta2: 0.99, epsilon: 1e-8 };

/** The update by the book, in double precision. */
function byTheBook(
  p: number,
  gradients: readonly number[],
  { rate, beta1, beta2, epsilon, decay = 0 }: Omit<AdamNumbers, "step">,
): { p: number; m: number; v: number } {
  let [m, v] = [0, 0];
  gradients.forEach((g, i) => {
    m = beta1 * m + (1 - beta1) * g;
    v = beta2 * v + (1 - beta2) * g * g;
    const [unbiasedM, unbiasedV] = [m / (1 - beta1 ** (i + 1)), v / (1 - beta2 ** (i + 1))];
    p = p - rate * decay * p - (rate * unbiasedM) / (Math.sqrt(unbiasedV) + epsilon);
  });
  return { p, m, v };
}

await describeOnEachBackend("fused Adam", (backend, device) => {
  computeOnTheDevice(backend);

  for (const decay of [0, 0.02]) {
    it(`follows the book over five steps with decay ${decay}, for sizes that are no multiple of four`, async () => {
      const starts = [1, -2, 0.5, 3, 0];
      const gradients = [0, 1, 2, 3, 4].map((step) => starts.map((_, i) => Math.sin(3 * step + i)));
      let tensors = { parameter: tf.tensor1d(starts), m: tf.zeros([5]), v: tf.zeros([5]) } as {
        parameter: tf.Tensor;
        m: tf.Tensor;
        v: tf.Tensor;
      };
      gradients.forEach((values, i) => {
        const gradient = tf.tensor1d(values);
        const moved = fusedUpdate(adamRule, { ...tensors, gradient }, { ...settings, decay, step: i + 1 })!;
        tf.dispose([gradient, ...Object.values(tensors)]);
        tensors = moved;
      });
      const expected = starts.map((p, i) => byTheBook(p, gradients.map((values) => values[i]!), { ...settings, decay }));
      close(await take(tensors.parameter), expected.map(({ p }) => p), 1e-6, "parameter");
      close(await take(tensors.m), expected.map(({ m }) => m), 1e-6, "m");
      close(await take(tensors.v), expected.map(({ v }) => v), 1e-6, "v");
    });
  }

  it("moves by the rate, against the gradient's sign, on the first step", async () => {
    const parameter = tf.zeros([3]);
    const [gradient, m, v] = [tf.tensor1d([5, -0.01, 0]), tf.zeros([3]), tf.zeros([3])];
    const moved = fusedUpdate(adamRule, { parameter, gradient, m, v }, { ...settings, step: 1 })!;
    close(await take(moved.parameter), [-0.1, 0.1, 0], 1e-5);
    tf.dispose([parameter, gradient, m, v, moved.m, moved.v]);
  });

  it("takes a gradient that was cast from truth values", async () => {
    const [parameter, m, v, x] = [tf.zeros([3]), tf.zeros([3]), tf.zeros([3]), tf.tensor1d([-1, 2, 3])];
    const moved = tf.tidy(() => fusedUpdate(adamRule, { parameter, gradient: tf.cast(tf.greater(x, 0), "float32"), m, v }, { ...settings, step: 1 })!);
    close(await take(moved.m), [0, 0.5, 0.5], 1e-6);
    tf.dispose([parameter, m, v, x, moved.parameter, moved.v]);
  });

  it("returns new tensors and leaves its inputs as they were", async () => {
    const inputs = { parameter: tf.tensor1d([1, 2]), gradient: tf.tensor1d([3, 4]), m: tf.tensor1d([5, 6]), v: tf.tensor1d([7, 8]) };
    const moved = fusedUpdate(adamRule, inputs, { ...settings, step: 2 })!;
    const after = await Promise.all(Object.values(inputs).map(take));
    assert.deepEqual(after.map((values) => [...values]), [[1, 2], [3, 4], [5, 6], [7, 8]]);
    tf.dispose([moved.parameter, moved.m, moved.v]);
  });

  for (const size of [1, 4, 7, 300]) {
    it(`writes every one of ${size} values of each result`, async () => {
      const [parameter, gradient, m, v] = [1, 2, 3, 4].map((seed) => wave([size], seed)) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
      const squares = tf.square(v);
      const [p0, g, m0, v0] = await Promise.all([parameter, gradient, m, squares].map((tensor) => tensor.data()));
      const results = await runPoisoned(device(), () => {
        const moved = fusedUpdate(adamRule, { parameter, gradient, m, v: squares }, { ...settings, decay: 0.1, step: 3 })!;
        return [moved.m, moved.v, moved.parameter];
      });
      const { rate, beta1, beta2, epsilon } = settings;
      const mean = Array.from(m0!, (value, i) => beta1 * value + (1 - beta1) * g![i]!);
      const square = Array.from(v0!, (value, i) => beta2 * value + (1 - beta2) * g![i]! ** 2);
      const moved = Array.from(p0!, (value, i) => {
        const root = Math.sqrt(square[i]! / (1 - beta2 ** 3)) + epsilon;
        return (1 - rate * 0.1) * value - (rate * mean[i]!) / (1 - beta1 ** 3) / root;
      });
      [mean, square, moved].forEach((expected, i) => close(results[i]!, expected, 1e-6, ["m", "v", "parameter"][i]));
      tf.dispose([parameter, gradient, m, v, squares]);
    });
  }

  it("moves many parameters as it moves each alone, bit for bit, where the backend takes many", async () => {
    const many = [3, 8, 1, 300, 5, 64, 7].map((size, i) => {
      const [parameter, gradient, m, v] = [1, 2, 3, 4].map((seed) => wave([size], 4 * i + seed)) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
      return { parameter, gradient, m, v: tf.tidy(() => tf.square(v)), root: v };
    });
    const numbers = { ...settings, decay: 0.1, step: 3 };
    const tensorsOf = (moved: { readonly parameter: tf.Tensor; readonly m: tf.Tensor; readonly v: tf.Tensor }) => [moved.parameter, moved.m, moved.v];
    const given = many.map(({ parameter, gradient, m, v }) => ({ parameter, gradient, m, v }));
    const before = device().memory().tensors;
    if (backend === "webgpu") {
      const together = await runPoisoned(device(), () => fusedUpdateOfMany(adamRule, given, numbers)!.flatMap(tensorsOf));
      const alone = await runPoisoned(device(), () => given.flatMap((each) => tensorsOf(fusedUpdate(adamRule, each, numbers)!)));
      assert.deepEqual(together.map((values) => [...values]), alone.map((values) => [...values]));
    } else assert.equal(fusedUpdateOfMany(adamRule, given, numbers), undefined);
    assert.equal(device().memory().tensors, before);
    tf.dispose(many.flatMap((each) => Object.values(each)));
  });

  it("leaves an update that is being differentiated to the composed one", () => {
    const m = tf.zeros([2]);
    let inside: unknown = "not run";
    tf.dispose(
      tf.grad((gradient) => {
        inside = fusedUpdate(adamRule, { parameter: m, gradient, m, v: m }, { ...settings, step: 1 }) ??
          fusedUpdateOfMany(adamRule, [{ parameter: m, gradient, m, v: m }], { ...settings, step: 1 });
        return tf.square(gradient);
      })(m),
    );
    assert.equal(inside, undefined);
    m.dispose();
  });
});
