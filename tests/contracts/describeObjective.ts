import type { Objective } from "../../src/math/objectives/objective.ts";
import { type Tensor, tf } from "../../src/math/tensor.ts";
import { computeOnTheDevice, describeOnEachBackend } from "../backends/backendsUnderTest.ts";
import { assert, close, describe, it } from "../kit/kit.ts";

/** Features of the contract's samples, one row each. */
export type Rows = readonly (readonly number[])[];

/** Both losses in float64, written from the definition, for the scores (and features) of one discriminator. */
export interface ClosedForm {
  discriminator(real: readonly number[], fake: readonly number[]): number;
  generator(fake: readonly number[], real: readonly number[], fakeFeatures: Rows, realFeatures: Rows): number;
  /** The generator's gradient in its scores; where differences of its loss would be lost in rounding. */
  generatorSlopes?(fake: readonly number[]): readonly number[];
}

const real = [-80, -6, -0.5, 0.1, 2, 80];
const fake = [-80, -3, -0.2, 0.25, 5, 80];
const step = 1e-4;
const WIDTH = 3;
const realFeatures = [0.3, -1.2, 0.8, 2.1, 0.4, -0.7, -0.2, 0.9, 1.5, 0.6, -1.1, 0.1, 1.3, 0.2, -0.4, -0.9, 0.5, 1.7];
const fakeFeatures = [1.1, 0.4, -0.3, -0.6, 1.4, 0.2, 0.7, -1.5, 0.9, 1.2, 0.3, -0.8, -1.3, -0.2, 0.6, 0.5, 1.6, -0.1];
const rows = (values: readonly number[]): Rows => values.flatMap((_, i) => (i % WIDTH === 0 ? [values.slice(i, i + WIDTH)] : []));

/** Derivative of a float64 function in each of its arguments by central differences, exact to about 1e-8. */
function slopes(of: (at: readonly number[]) => number, at: readonly number[]): number[] {
  const moved = (i: number, by: number): number => of(at.map((value, j) => (i === j ? value + by : value)));
  return at.map((_, i) => (moved(i, step) - moved(i, -step)) / (2 * step));
}

/**
 * What every objective must do: scalar losses and gradients in the scores (and in the features, where it sees them) as the
 * closed form has them, to `tolerance` (default 1e-6) and up to scores of ±80, on every backend; no tensor left behind; a
 * spec that survives JSON.
 */
export async function describeObjective(title: string, objective: Objective, closed: ClosedForm, tolerance = 1e-6): Promise<void> {
  const { generatorSeesReal, generatorSeesFeatures = false } = objective;
  const ofFeatures = (at: readonly number[]): number => closed.generator(fake, real, rows(at), rows(realFeatures));
  const ofFake = (at: readonly number[]): number => closed.generator(at, real, rows(fakeFeatures), rows(realFeatures));
  const expected = [
    closed.discriminator(real, fake),
    ...slopes((at) => closed.discriminator(at, fake), real),
    ...slopes((at) => closed.discriminator(real, at), fake),
    ofFake(fake),
    ...(closed.generatorSlopes?.(fake) ?? slopes(ofFake, fake)),
    ...(generatorSeesFeatures ? slopes(ofFeatures, fakeFeatures) : []),
  ];

  await describeOnEachBackend(title, (backend) => {
    computeOnTheDevice(backend);
    it("has the losses and gradients of its definition, up to scores of ±80", async () => {
      const before = tf.memory().numTensors;
      const packed = tf.tidy(() => {
        const [x, g] = [tf.tensor2d(real, [real.length, 1]), tf.tensor2d(fake, [fake.length, 1])] as const;
        const [xf, gf] = [tf.tensor2d(realFeatures, [real.length, WIDTH]), tf.tensor2d(fakeFeatures, [fake.length, WIDTH])] as const;
        const ofDiscriminator = tf.valueAndGrads((r: Tensor, f: Tensor) => objective.discriminator({ real: r, fake: f }))([x, g]);
        const seen = { ...(generatorSeesReal ? { real: x } : {}), ...(generatorSeesFeatures && generatorSeesReal ? { realFeatures: xf } : {}) };
        // Not every generator's loss depends on the scores: the zeros let the gradient be asked for all the same.
        const ofGenerator = tf.valueAndGrads((f: Tensor, features: Tensor) => {
          const loss = objective.generator({ fake: f, ...(generatorSeesFeatures ? { fakeFeatures: features } : {}), ...seen });
          assert.deepEqual(loss.shape, []);
          return tf.add(loss, tf.mul(0, tf.add(tf.sum(f), tf.sum(features))));
        })([g, gf]);
        assert.deepEqual(ofDiscriminator.value.shape, []);
        const ofBoth = generatorSeesFeatures ? ofGenerator.grads : ofGenerator.grads.slice(0, 1);
        const all = [ofDiscriminator.value, ...ofDiscriminator.grads, ofGenerator.value, ...ofBoth];
        return tf.concat(all.map((tensor) => tf.reshape(tensor, [-1])));
      });
      const values = await packed.data();
      packed.dispose();
      close(values, expected, tolerance, "discriminator, its gradients in real and fake, generator, its gradient");
      assert.equal(tf.memory().numTensors, before);
    });
  });

  describe(title, () => {
    it("has a spec that is plain JSON", () => {
      assert.deepEqual(JSON.parse(JSON.stringify(objective.spec)), objective.spec);
    });
  });
}
