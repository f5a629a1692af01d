import { energyBased } from "../../../src/math/objectives/energyBased.ts";
import { pullingAway } from "../../../src/math/objectives/pullingAway.ts";
import { reconstructionEnergy } from "../../../src/math/objectives/reconstructionEnergy.ts";
import { type Tensor, tf } from "../../../src/math/tensor.ts";
import { describeOnEachBackend } from "../../backends/backendsUnderTest.ts";
import { describeObjective, type Rows } from "../../contracts/describeObjective.ts";
import { assert, close, describe, it } from "../../kit/kit.ts";
import { expectation, mean } from "./closedForms.ts";

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
/** The mean over all pairs of different rows of their squared cosine. */
const pulled = (codes: Rows): number =>
  mean(codes.flatMap((a, i) => codes.flatMap((b, j) => (i === j ? [] : [dot(a, b) ** 2 / (dot(a, a) * dot(b, b))]))));

const margined = (margin: number) => (real: readonly number[], fake: readonly number[]): number =>
  mean(real) + expectation(fake, (energy) => Math.max(0, margin - energy));

await describeObjective("energyBased", energyBased({ margin: 1.5 }), { discriminator: margined(1.5), generator: mean });
await describeObjective("energyBased with the pulling-away term", energyBased({ margin: 1.5, pullingAway: 0.1 }), {
  discriminator: margined(1.5),
  generator: (fake, _, codes) => mean(fake) + 0.1 * pulled(codes),
});

await describeOnEachBackend("the pulling-away term", () => {
  it("is 0 for orthogonal codes, 1 for parallel ones of any length and sign, and takes codes of any shape", async () => {
    const values = [
      pullingAway(tf.tensor2d([[2, 0], [0, -3]])),
      pullingAway(tf.tensor2d([[1, 2], [-10, -20], [0.1, 0.2]])),
      pullingAway(tf.tensor4d([1, 0, 0, 0, 1, 1, 0, 0], [2, 2, 2, 1])), // cos² = ½
    ];
    close(await tf.stack(values).data(), [0, 1, 0.5], 1e-6);
  });

  it("has a finite gradient at a code of zeros", async () => {
    const gradient = tf.grad((codes: Tensor) => pullingAway(codes))(tf.tensor2d([[0, 0], [1, 2], [-1, 1]]));
    assert.ok((await gradient.data()).every(Number.isFinite));
  });

  it("refuses a batch of one", () => {
    assert.throws(() => pullingAway(tf.ones([1, 4])), /expected at least 2, got 1/);
  });
});

await describeOnEachBackend("the reconstruction energy", () => {
  it("is the mean squared error of each sample, and its gradient goes through the sample and its reconstruction", async () => {
    const samples = tf.tensor3d([1, 2, 3, 4, 0, 0, 0, 1], [2, 2, 2]);
    const back = tf.tensor3d([1, 2, 3, 2, 1, 1, 1, 1], [2, 2, 2]);
    const gradients = tf.grads((x: Tensor, y: Tensor) => tf.sum(reconstructionEnergy(x, y)))([samples, back]);
    const difference = [0, 0, 0, 2, -1, -1, -1, 0];
    const all = [reconstructionEnergy(samples, back), ...gradients.map((gradient) => tf.reshape(gradient, [-1]))];
    close(await tf.concat(all).data(), [1, 0.75, ...difference.map((d) => d / 2), ...difference.map((d) => -d / 2)], 1e-6);
  });

  it("refuses a reconstruction of another shape", () => {
    assert.throws(() => reconstructionEnergy(tf.ones([2, 3]), tf.ones([2, 1])), /a reconstruction of shape \[2, 1\] is not one of samples of shape \[2, 3\]/);
  });
});

describe("energyBased", () => {
  it("refuses a margin that is none and a negative weight", () => {
    assert.throws(() => energyBased({ margin: 0 }), /energyBased: margin: expected a number > 0, got 0/);
    assert.throws(() => energyBased({ margin: 1, pullingAway: -0.1 }), /energyBased: pullingAway: expected a number >= 0, got -0\.1/);
  });
});
