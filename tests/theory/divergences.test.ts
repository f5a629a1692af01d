/** What the value of the game is at the best discriminator, and what each generator then minimises. */
import { maximumLikelihood } from "../../src/math/objectives/maximumLikelihood.ts";
import { minimax } from "../../src/math/objectives/minimax.ts";
import { nonSaturating } from "../../src/math/objectives/nonSaturating.ts";
import type { Objective } from "../../src/math/objectives/objective.ts";
import { type Tensor, tf } from "../../src/math/tensor.ts";
import { describeOnEachBackend } from "../backends/backendsUnderTest.ts";
import { assert, close, it } from "../kit/kit.ts";
import { type Density, jensenShannon, kullbackLeibler, normal, quantiles } from "./densities.ts";

const POINTS = 4000;

/** V at D* = p / (p + q), whose logit is log p − log q, from the discriminator's loss −V. */
async function valueAtOptimum(p: Density, q: Density): Promise<number> {
  const logits = (at: Density): Tensor => tf.tensor1d(quantiles(at, POINTS).map((x) => Math.log(p(x)) - Math.log(q(x))));
  const loss = tf.tidy(() => minimax().discriminator({ real: logits(p), fake: logits(q) }));
  const [value] = await loss.data();
  loss.dispose();
  return -value!;
}

/** Of a Gaussian: what is known of it here. */
interface Gaussian {
  readonly mean: number;
  readonly deviation: number;
}
const data: Gaussian = { mean: 0.8, deviation: 0.9 };
const model: Gaussian = { mean: 0, deviation: 1.2 };
const densityOf = ({ mean, deviation }: Gaussian): Density => normal(mean, deviation);

/** The generator's gradient in the mean and the deviation of x = mean + deviation · z, at the best discriminator of now. */
async function gradientOf(objective: Objective): Promise<readonly number[]> {
  const gradients = tf.tidy(() => {
    const z = tf.tensor1d(quantiles(normal(0, 1), POINTS));
    const logDensity = (x: Tensor, { mean, deviation }: Gaussian): Tensor =>
      tf.sub(tf.mul(tf.square(tf.div(tf.sub(x, mean), deviation)), -0.5), Math.log(deviation));
    const loss = (mean: Tensor, deviation: Tensor): Tensor => {
      const x = tf.add(mean, tf.mul(deviation, z));
      return objective.generator({ fake: tf.sub(logDensity(x, data), logDensity(x, model)) });
    };
    return tf.concat(tf.grads(loss)([tf.scalar(model.mean), tf.scalar(model.deviation)]).map((gradient) => tf.reshape(gradient, [1])));
  });
  const values = await gradients.data();
  gradients.dispose();
  return [...values];
}

/** Derivatives of a functional of p_g in the model's mean and deviation, by central differences. */
function slopesOf(divergence: (q: Density) => number): readonly number[] {
  const h = 1e-3;
  return (["mean", "deviation"] as const).map((name) => {
    const at = (by: number): number => divergence(densityOf({ ...model, [name]: model[name] + by }));
    return (at(h) - at(-h)) / (2 * h);
  });
}

await describeOnEachBackend("at the best discriminator", () => {
  it("V is −log 4 + 2 JSD: −log 4 where p_g = p_data, 0 where they are worlds apart", async () => {
    for (const [p, q] of [[normal(0, 1), normal(0.5, 1)], [normal(-1, 0.7), normal(1, 1.5)], [normal(0, 2), normal(0, 0.6)]] as const) {
      close(await valueAtOptimum(p, q), -Math.log(4) + 2 * jensenShannon(p, q), 1e-3, "V");
    }
    close(await valueAtOptimum(normal(0, 1), normal(0, 1)), -Math.log(4), 1e-6, "V where equal");
    close(await valueAtOptimum(normal(-5, 0.4), normal(5, 0.4)), 0, 1e-6, "V where apart");
  });

  const p = densityOf(data);
  const [jensen, forward, reverse] = [(q: Density) => jensenShannon(p, q), (q: Density) => kullbackLeibler(p, q), (q: Density) => kullbackLeibler(q, p)];

  it("the saturating generator follows the gradient of 2 JSD, or of JSD with the factor ½", async () => {
    close(await gradientOf(minimax()), slopesOf((q) => 2 * jensen(q)), 2e-3);
    close(await gradientOf(minimax({ half: true })), slopesOf(jensen), 2e-3);
  });

  it("the non-saturating generator follows the gradient of KL(p_g ‖ p_data) − 2 JSD", async () => {
    close(await gradientOf(nonSaturating()), slopesOf((q) => reverse(q) - 2 * jensen(q)), 2e-3);
  });

  it("the maximum likelihood generator follows the gradient of ½ KL(p_data ‖ p_g)", async () => {
    const slopes = slopesOf((q) => forward(q) / 2);
    // For Gaussians in closed form: (θ − μ)/σ², and (1 − (s² + (θ − μ)²)/σ²)/σ with s the data's deviation.
    const { mean, deviation } = model;
    const apart = mean - data.mean;
    close(slopes, [apart / deviation ** 2 / 2, (1 - (data.deviation ** 2 + apart ** 2) / deviation ** 2) / deviation / 2], 1e-5);
    close(await gradientOf(maximumLikelihood()), slopes, 2e-3);
    assert.ok(slopes[0]! < 0, "the mean is to grow");
  });
});
