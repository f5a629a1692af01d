import { fusedUpdate, fusedUpdateOfMany } from "../../../src/backends/kernels/fusedUpdate/fusedUpdate.ts";
import { rmspropRule, rmspropWithMomentumRule } from "../../../src/backends/kernels/rmsprop/rmspropRules.ts";
import { type Tensor, tf } from "../../../src/math/tensor.ts";
import type { UpdateOutput } from "../../../src/networks/optimizer.ts";
import { composedRmsprop, rmsprop } from "../../../src/networks/optimizers/rmsprop.ts";
import { assert, close, it } from "../../kit/kit.ts";
import { computeOnTheDevice, describeOnEachBackend } from "../backendsUnderTest.ts";
import { wave } from "../checkGradient.ts";
import { runPoisoned } from "./runPoisoned.ts";

const settings = { rate: 0.1, smoothing: 0.9, epsilon: 1e-8 };

/** The update by the book, in double precision; without momentum the share is 0. */
function byTheBook(p: number, gradients: readonly number[], { rate, smoothing, epsilon }: typeof settings, momentum: number): [p: number, squares: number, moved: number] {
  let [squares, moved] = [0, 0];
  for (const g of gradients) {
    squares = smoothing * squares + (1 - smoothing) * g * g;
    moved = momentum * moved + g / (Math.sqrt(squares) + epsilon);
    p -= rate * moved;
  }
  return [p, squares, moved];
}

type State = Readonly<Record<"parameter" | "squares" | "momentum", Tensor>>;
const stateOf = (size: number, seed: number): State & { readonly gradient: Tensor } => ({
  parameter: wave([size], seed), gradient: wave([size], seed + 1), squares: tf.tidy(() => tf.square(wave([size], seed + 2))), momentum: wave([size], seed + 3),
});

await describeOnEachBackend("fused RMSProp", (backend, device) => {
  computeOnTheDevice(backend);

  for (const momentum of [0, 0.5]) {
    const optimizer = rmsprop({ smoothing: settings.smoothing, epsilon: settings.epsilon, momentum });
    const rule = (momentum === 0 ? rmspropRule : rmspropWithMomentumRule) as typeof rmspropWithMomentumRule;
    const tensorsOf = ({ parameter, slots }: UpdateOutput): Tensor[] => [parameter, ...optimizer.slots.map((slot) => slots[slot]!)];
    const title = momentum === 0 ? "without momentum" : `with momentum ${momentum}`;

    it(`${title}: follows the book over five steps, for sizes that are no multiple of four`, async () => {
      const starts = [1, -2, 0.5, 3, 0];
      const gradients = [0, 1, 2, 3, 4].map((step) => starts.map((_, i) => Math.sin(3 * step + i)));
      const packed = tf.tidy(() => {
        let state = { parameter: tf.tensor1d(starts) as Tensor, slots: Object.fromEntries(optimizer.slots.map((slot) => [slot, tf.zeros([5]) as Tensor])) };
        gradients.forEach((values, i) => void (state = optimizer.update({ ...state, gradient: tf.tensor1d(values), step: i + 1, rate: settings.rate }) as typeof state));
        return tf.concat([state.parameter, ...optimizer.slots.map((slot) => state.slots[slot]!)]);
      });
      const expected = starts.map((p, i) => byTheBook(p, gradients.map((values) => values[i]!), settings, momentum));
      close(await packed.data(), [0, 1, 2].slice(0, 1 + optimizer.slots.length).flatMap((which) => expected.map((each) => each[which]!)), 2e-6);
      packed.dispose();
    });

    for (const size of [1, 4, 7, 300]) {
      it(`${title}: writes every one of ${size} values of each result, as the composed update has them`, async () => {
        const { parameter, gradient, ...slots } = stateOf(size, 1);
        const composed = tf.tidy(() => tensorsOf(composedRmsprop({ parameter, gradient, slots, step: 3, rate: settings.rate }, { ...settings, momentum })));
        const results = await runPoisoned(device(), () => Object.values(fusedUpdate(rule, { parameter, gradient, ...slots }, { ...settings, momentum })!));
        assert.equal(results.length, 1 + optimizer.slots.length);
        const expected = await Promise.all(composed.map((tensor) => tensor.data()));
        expected.forEach((values, i) => close(results[i]!, values as Float32Array, 1e-6, ["parameter", ...optimizer.slots][i]));
        tf.dispose([parameter, gradient, slots, composed]);
      });
    }

    it(`${title}: leaves a parameter whose gradient was always 0 where it is`, async () => {
      const zeros = { gradient: tf.zeros([5]), squares: tf.zeros([5]), momentum: tf.zeros([5]) };
      const parameter = tf.tensor1d([1, 2, 3, 4, 5]);
      const [moved] = await runPoisoned(device(), () => Object.values(fusedUpdate(rule, { parameter, ...zeros }, { ...settings, momentum })!));
      assert.deepEqual([...moved!], [1, 2, 3, 4, 5]);
      tf.dispose([parameter, zeros]);
    });

    it(`${title}: moves many parameters as it moves each alone, bit for bit, those of one rate together`, async () => {
      const many = [3, 8, 1, 300, 5, 64, 7].map((size, i) => stateOf(size, 4 * i));
      const before = device().memory().tensors;
      const given = many.map(({ parameter, gradient, ...slots }, i) => ({ parameter, gradient, slots, step: i + 1, rate: i % 2 === 0 ? 0.1 : 0.01 }));
      if (backend === "webgpu") {
        const together = await runPoisoned(device(), () => optimizer.updateMany!(given)!.flatMap(tensorsOf));
        const alone = await runPoisoned(device(), () => given.flatMap((each) => tensorsOf(optimizer.update(each))));
        assert.deepEqual(together.map((values) => [...values]), alone.map((values) => [...values]));
      } else assert.equal(optimizer.updateMany!(given), undefined);
      assert.equal(device().memory().tensors, before);
      tf.dispose(many.flatMap((each) => Object.values(each)));
    });

    it(`${title}: leaves an update that is being differentiated to the composed one`, () => {
      const one = tf.ones([2]);
      const tensors = { parameter: one, squares: one, momentum: one };
      const seen: unknown[] = [];
      tf.dispose(tf.grad((gradient) => {
        seen.push(fusedUpdate(rule, { ...tensors, gradient }, { ...settings, momentum }), fusedUpdateOfMany(rule, [{ ...tensors, gradient }], { ...settings, momentum }));
        return tf.square(gradient);
      })(one));
      assert.deepEqual(seen, [undefined, undefined]);
      one.dispose();
    });
  }
});
