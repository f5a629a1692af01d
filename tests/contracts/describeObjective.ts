import type { Objective } from "../../src/math/objectives/objective.ts";
import { type Tensor, tf } from "../../src/math/tensor.ts";
import { describeOnEachBackend } from "../backends/backendsUnderTest.ts";
import { assert, close, describe, it } from "../kit/kit.ts";

/** Both losses in float64, written from the definition, for logits of one discriminator. */
export interface ClosedForm {
  discriminator(real: readonly number[], fake: readonly number[]): number;
  generator(fake: readonly number[], real: readonly number[]): number;
}

const real = [-80, -6, -0.5, 0.1, 2, 80];
const fake = [-80, -3, -0.2, 0.25, 5, 80];
const step = 1e-4;

/** Derivative of a float64 function in each of its arguments by central differences, exact to about 1e-8. */
function slopes(of: (at: readonly number[]) => number, at: readonly number[]): number[] {
  const moved = (i: number, by: number): number => of(at.map((value, j) => (i === j ? value + by : value)));
  return at.map((_, i) => (moved(i, step) - moved(i, -step)) / (2 * step));
}

/**
 * What every objective must do: scalar losses and gradients in the logits as the closed form has them, to 1e-6 and up to
 * logits of ±80, on every backend; no tensor left behind; a spec that survives JSON.
 */
export async function describeObjective(title: string, objective: Objective, closed: ClosedForm): Promise<void> {
  const expected = [
    closed.discriminator(real, fake),
    ...slopes((at) => closed.discriminator(at, fake), real),
    ...slopes((at) => closed.discriminator(real, at), fake),
    closed.generator(fake, real),
    ...slopes((at) => closed.generator(at, real), fake),
  ];

  await describeOnEachBackend(title, () => {
    it("has the losses and gradients of its definition, up to logits of ±80", async () => {
      const before = tf.memory().numTensors;
      const packed = tf.tidy(() => {
        const [x, g] = [tf.tensor2d(real, [real.length, 1]), tf.tensor2d(fake, [fake.length, 1])] as const;
        const ofDiscriminator = tf.valueAndGrads((r: Tensor, f: Tensor) => objective.discriminator({ real: r, fake: f }))([x, g]);
        const seen = objective.generatorSeesReal ? { real: x } : {};
        const ofGenerator = tf.valueAndGrad((f: Tensor) => objective.generator({ fake: f, ...seen }))(g);
        assert.deepEqual([ofDiscriminator.value.shape, ofGenerator.value.shape], [[], []]);
        const all = [ofDiscriminator.value, ...ofDiscriminator.grads, ofGenerator.value, ofGenerator.grad];
        return tf.concat(all.map((tensor) => tf.reshape(tensor, [-1])));
      });
      const values = await packed.data();
      packed.dispose();
      close(values, expected, 1e-6, "discriminator, its gradients in real and fake, generator, its gradient");
      assert.equal(tf.memory().numTensors, before);
    });
  });

  describe(title, () => {
    it("has a spec that is plain JSON", () => {
      assert.deepEqual(JSON.parse(JSON.stringify(objective.spec)), objective.spec);
    });
  });
}
