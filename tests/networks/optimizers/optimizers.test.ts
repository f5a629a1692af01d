import { linearSchedule } from "../../../src/math/schedules/linearSchedule.ts";
import { scheduledAt } from "../../../src/math/schedules/schedule.ts";
import { type Tensor, type Tensors, tf } from "../../../src/math/tensor.ts";
import type { Optimizer } from "../../../src/networks/optimizer.ts";
import { adam, adamUpdates, composedAdam } from "../../../src/networks/optimizers/adam.ts";
import { adamW } from "../../../src/networks/optimizers/adamW.ts";
import { rmsprop } from "../../../src/networks/optimizers/rmsprop.ts";
import { sgd } from "../../../src/networks/optimizers/sgd.ts";
import { describeOnEachBackend } from "../../backends/backendsUnderTest.ts";
import { assert, close, describe, it } from "../../kit/kit.ts";
import { networkReferences, tensorOf } from "../../references/networkReferences.ts";

const makers: Readonly<Record<string, (options: object) => Optimizer>> = { adam, adamW, rmsprop, sgd };
const all = [adam(), adamW(), rmsprop(), rmsprop({ momentum: 0.5 }), sgd(), sgd({ momentum: 0.9 })];

const zeroSlots = (optimizer: Optimizer, like: Tensor): Tensors =>
  Object.fromEntries(optimizer.slots.map((slot) => [slot, tf.zerosLike(like)]));

/** The parameter after each number of steps in `at`, read at once. */
async function run(optimizer: Optimizer, gradientAt: (p: Tensor) => Tensor, start: Tensor, at: readonly number[]): Promise<Float32Array> {
  const packed = tf.tidy(() => {
    const seen: Tensor[] = [];
    let state = { parameter: start, slots: zeroSlots(optimizer, start) };
    for (let step = 1; step <= at.at(-1)!; step++) {
      const rate = scheduledAt(optimizer.learningRate, step - 1);
      state = optimizer.update({ ...state, gradient: gradientAt(state.parameter), step, rate });
      if (at.includes(step)) seen.push(state.parameter);
    }
    return tf.concat(seen);
  });
  const values = (await packed.data()) as Float32Array;
  packed.dispose();
  return values;
}

await describeOnEachBackend("optimizers", () => {
  const { rows, start, runs } = networkReferences.optimizers;

  for (const { title, kind, options, after } of runs) {
    it(`${title}: 100 steps of logistic regression agree with PyTorch, relative distance <= 1e-5`, async () => {
      const A = tensorOf(rows);
      const loss = (p: Tensor): Tensor => tf.mean(tf.softplus(tf.neg(tf.matMul(A, tf.reshape(p, [-1, 1])))));
      const steps = Object.keys(after).map(Number);
      const values = await run(makers[kind]!(options), tf.grad(loss), tensorOf(start), steps);
      Object.values(after).forEach((expected, which) => {
        const found = values.subarray(which * expected.length, (which + 1) * expected.length);
        const distance = Math.hypot(...expected.map((value, i) => found[i]! - value)) / Math.hypot(...expected);
        assert.ok(distance <= 1e-5, `step ${steps[which]}: [${found}], PyTorch [${expected}], relative distance ${distance}`);
      });
    });
  }

  it("give new tensors and leave what they were given as it was", async () => {
    for (const optimizer of all) {
      const [parameter, gradient] = [tf.tensor1d([1, -2]), tf.tensor1d([0.5, 0.25])];
      const slots = zeroSlots(optimizer, parameter);
      const output = optimizer.update({ parameter, gradient, slots, step: 1, rate: 0.1 });
      assert.deepEqual(Object.keys(output.slots), [...optimizer.slots]);
      close(await parameter.data(), [1, -2], 0);
      close(await gradient.data(), [0.5, 0.25], 0);
      for (const slot of Object.values(slots)) close(await slot.data(), [0, 0], 0);
      assert.ok((await output.parameter.data()).every((value, i) => value < [1, -2][i]!));
    }
  });

  it("are differentiable, also where a parameter has no gradient: dp/dg of a step of sgd is −rate, of adam finite", async () => {
    for (const optimizer of all) {
      const parameter = tf.tensor1d([1, 1]);
      const slots = zeroSlots(optimizer, parameter);
      const moved = (gradient: Tensor): Tensor => tf.sum(optimizer.update({ parameter, gradient, slots, step: 1, rate: 0.1 }).parameter);
      const slope = await tf.grad(moved)(tf.tensor1d([0.5, 0])).data();
      assert.ok(slope.every(Number.isFinite), `${optimizer.spec.name}: ${slope}`);
      if (optimizer.spec.name === "sgd") close(slope, [-0.1, -0.1], 1e-6);
      // The first step of Adam is rate · sign(g): flat but at 0.
      if (optimizer.spec.name === "adam") close(slope[0]!, 0, 1e-5);
    }
  });

  it("move many, being differentiated, as each alone, those of one step and rate in a row", async () => {
    const wave = (size: number, shift: number): Tensor => tf.tensor1d(Array.from({ length: size }, (_, i) => Math.sin(i + shift)));
    for (const optimizer of all) {
      const moved: (readonly [together: Tensor, alone: Tensor])[] = [];
      tf.dispose(tf.grad((gradient) => {
        const inputs = [2, 5, 3, 1].map((size, i) => ({
          parameter: wave(size, i),
          gradient: tf.slice(gradient, 0, size),
          slots: Object.fromEntries(optimizer.slots.map((slot, k) => [slot, tf.abs(wave(size, 7 * i + k))])),
          step: 1 + (i % 2),
          rate: i < 3 ? 0.1 : 0.2,
        }));
        const [together, alone] = [optimizer.updateMany!(inputs)!, inputs.map((input) => optimizer.update(input))];
        together.forEach(({ parameter, slots }, i) => {
          moved.push([parameter, alone[i]!.parameter], ...optimizer.slots.map((slot) => [slots[slot]!, alone[i]!.slots[slot]!] as const));
        });
        for (const pair of moved) pair.forEach(tf.keep);
        return tf.sum(together[1]!.parameter);
      })(wave(5, 1)));
      assert.equal(moved.length, 4 * (1 + optimizer.slots.length));
      for (const [together, alone] of moved) close(await together.data(), await alone.data(), 1e-6, optimizer.spec.name);
      tf.dispose(moved.flat());
    }
  });

  it("adam and adamW: the fused update is the composed one, to 1e-6", async () => {
    const wave = (shift: number): Tensor => tf.tensor2d(Array.from({ length: 35 }, (_, i) => Math.sin(i + shift)), [5, 7]);
    for (const decay of [0, 0.1]) {
      const settings = { beta1: 0.5, beta2: 0.99, epsilon: 1e-8, decay };
      const input = { parameter: wave(0), gradient: wave(1), slots: { m: wave(2), v: tf.abs(wave(3)) }, step: 3, rate: 0.01 };
      const [fused, composed] = [adamUpdates(settings).update(input), composedAdam(input, settings)];
      close(await fused.parameter.data(), await composed.parameter.data(), 1e-6, "parameter");
      for (const slot of ["m", "v"]) close(await fused.slots[slot]!.data(), await composed.slots[slot]!.data(), 1e-6, slot);
    }
  });

  it("move by this round's rate", async () => {
    const optimizer = sgd({ learningRate: linearSchedule({ from: 1, rounds: 4 }) });
    // p minus rates 1, 0.75, 0.5, 0.25, 0
    close(await run(optimizer, (p) => tf.onesLike(p), tf.tensor1d([0]), [1, 2, 3, 4, 5]), [-1, -1.75, -2.25, -2.5, -2.5], 1e-6);
  });
});

describe("optimizers", () => {
  it("name their slots and describe themselves, schedules included", () => {
    assert.deepEqual(all.map(({ slots }) => slots), [["m", "v"], ["m", "v"], ["squares"], ["squares", "momentum"], [], ["momentum"]]);
    assert.deepEqual(adam({ learningRate: linearSchedule({ from: 1e-3, rounds: 10 }), beta1: 0.5 }).spec, {
      name: "adam",
      options: {
        learningRate: { name: "linearSchedule", options: { from: 1e-3, to: 0, rounds: 10, start: 0 } },
        ...{ beta1: 0.5, beta2: 0.999, epsilon: 1e-8 },
      },
    });
  });

  it("refuse options out of range, all at once", () => {
    assert.throws(
      () => adam({ learningRate: -1, beta1: 1, epsilon: 0 }),
      /learningRate: expected a number >= 0 or a schedule such as .*, got -1\n.*beta1: .* got 1\n.*epsilon: .* got 0/,
    );
    assert.throws(() => sgd({ isNesterov: true }), /sgd: isNesterov: expected a momentum > 0 beside it, got 0/);
    assert.throws(() => rmsprop({ learnRate: 1 } as object), /did you mean "learningRate"/);
    assert.throws(() => adamW({ decay: -1 }), /adamW: decay: expected a number >= 0, got -1/);
  });
});
