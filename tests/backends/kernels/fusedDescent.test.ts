import { tf } from "../../../src/math/tensor.ts";
import { composedMomentum, sgd, type SgdOptions } from "../../../src/networks/optimizers/sgd.ts";
import { assert, close, it } from "../../kit/kit.ts";
import { computeOnTheDevice, describeOnEachBackend } from "../backendsUnderTest.ts";
import { wave } from "../checkGradient.ts";
import { runPoisoned } from "./runPoisoned.ts";

const forms: readonly SgdOptions[] = [{}, { momentum: 0.9 }, { momentum: 0.9, isNesterov: true }];

await describeOnEachBackend("fused gradient descent", (backend, device) => {
  computeOnTheDevice(backend);

  for (const options of forms) {
    it(`moves many parameters of odd sizes by the formula, in one go or one by one: ${JSON.stringify(options)}`, async () => {
      const { momentum = 0, isNesterov = false } = options;
      const optimizer = sgd(options);
      const inputs = [3, 8, 1, 300, 5, 64, 7].map((size, i) => ({
        parameter: wave([size], 3 * i), gradient: wave([size], 3 * i + 1), slots: momentum === 0 ? {} : { momentum: wave([size], 3 * i + 2) }, step: i + 1, rate: i % 2 === 0 ? 0.1 : 0.01,
      }));
      const before = device().memory().tensors;
      const alone = await runPoisoned(device(), () => tf.tidy(() => inputs.flatMap((input) => {
        const { parameter, slots } = optimizer.update(input);
        return [parameter, ...Object.values(slots)];
      })));
      if (backend === "webgpu") {
        const together = await runPoisoned(device(), () => optimizer.updateMany!(inputs)!.flatMap(({ parameter, slots }) => [parameter, ...Object.values(slots)]));
        assert.deepEqual(together.map((values) => [...values]), alone.map((values) => [...values]));
      } else assert.equal(optimizer.updateMany!(inputs), undefined);
      assert.equal(device().memory().tensors, before);
      for (const [i, { parameter, gradient, slots, rate }] of inputs.entries()) {
        const [p, g, b] = await Promise.all([parameter, gradient, ...Object.values(slots)].map((tensor) => tensor.data()));
        const moved = Array.from(g!, (slope, k) => momentum * (b?.[k] ?? 0) + slope);
        const expected = Array.from(p!, (value, k) => value - rate * (isNesterov ? g![k]! + momentum * moved[k]! : moved[k]!));
        const each = momentum === 0 ? 1 : 2;
        close(alone[each * i]!, expected, 1e-6, "parameter");
        if (momentum > 0) close(alone[each * i + 1]!, moved, 1e-6, "momentum");
      }
      tf.dispose(inputs.flatMap(({ parameter, gradient, slots }) => [parameter, gradient, ...Object.values(slots)]));
    });
  }

  it("is composed, with the derivative −rate (1 + μ) in Nesterov's form, where it is being differentiated", async () => {
    const [one, at] = [tf.ones([2]), tf.ones([2])];
    const moved = (gradient: tf.Tensor): tf.Tensor => tf.sum(sgd({ momentum: 0.5, isNesterov: true }).update({ parameter: one, gradient, slots: { momentum: one }, step: 1, rate: 0.1 }).parameter);
    const slope = tf.grad(moved)(at);
    close(await slope.data(), [-0.15, -0.15], 1e-6);
    const same = tf.tidy(() => composedMomentum({ parameter: one, gradient: one, slots: { momentum: one }, step: 1, rate: 0.1 }, 0.5, false).parameter);
    close(await same.data(), [0.85, 0.85], 1e-6);
    tf.dispose([one, at, slope, same]);
  });
});
