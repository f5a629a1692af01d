import { cosineSignal, denoised, linearSignal, noised, noiseIn, signalsOf } from "../../../plugins/diffusion/diffusion.ts";
import { ConfigurationError, normals, rootKey, tf } from "../../../src/index.ts";
import { assert, close, describe, it } from "../../kit/kit.ts";
import { diffusionReferences } from "../../references/diffusionReferences.ts";

describe("signal schedules", () => {
  it("are the published ones: numpy's product of Ho et al.'s betas, and Nichol and Dhariwal's cosine", () => {
    const { at, linear, cosine } = diffusionReferences.signals;
    close(at.map((t) => linearSignal().alphas[t]! / linear[at.indexOf(t)]!), at.map(() => 1), 1e-9);
    close(at.map((t) => cosineSignal().alphas[t]! / cosine[at.indexOf(t)]!), at.map(() => 1), 1e-9);
  });

  it("fall from 1 to almost 0, in any number of steps", () => {
    for (const schedule of [linearSignal(), cosineSignal(), linearSignal({ steps: 250 }), cosineSignal({ steps: 250 })]) {
      assert.equal(schedule.alphas[0], 1);
      assert.equal(schedule.alphas.length, schedule.steps + 1);
      for (let t = 1; t <= schedule.steps; t++) assert.ok(schedule.alphas[t]! < schedule.alphas[t - 1]! && schedule.alphas[t]! > 0);
      assert.ok(schedule.alphas.at(-1)! < 1e-4);
    }
    // A quarter of the steps, each of four times the noise: where they agree in time, they agree in signal.
    close(linearSignal({ steps: 250 }).alphas[125]!, linearSignal().alphas[500]!, 2e-3);
  });

  it("are passed through in as many steps as are asked for, from a signal that is not too small to be divided by", () => {
    const { alphas } = cosineSignal();
    assert.deepEqual(signalsOf(cosineSignal(), 4), [1e-4, alphas[750], alphas[500], alphas[250], 1]);
    assert.equal(signalsOf(cosineSignal(), 1000).length, 1001);
  });

  it("refuse wrong options", () => {
    assert.throws(() => linearSignal({ steps: 0 }), ConfigurationError);
    assert.throws(() => linearSignal({ steps: 10 }), /linearSignal: last: expected a number > 0 and < 0\.01, got 0\.02/);
    assert.throws(() => cosineSignal({ offset: -1 }), /cosineSignal: offset: expected a number > 0 and < 1, got -1/);
    assert.throws(() => linearSignal({ frist: 1e-3 } as never), /linearSignal: frist: unknown option; did you mean "first"\?/);
    assert.throws(() => cosineSignal({ ofset: 0.1 } as never), /cosineSignal: ofset: unknown option; did you mean "offset"\?/);
    for (const signal of [linearSignal, cosineSignal]) assert.throws(() => signal(null as never), ConfigurationError);
  });
});

describe("noising", () => {
  it("gives q(x_t | x₀) its moments, mean √α x₀ and variance 1 − α, within five standard errors", async () => {
    const count = 20_000;
    for (const alpha of [0.9, 0.5, 0.01]) {
      const noisy = tf.tidy(() => noised(tf.fill([count, 1], 1.5), tf.tensor(normals(rootKey(5), count), [count, 1]), tf.fill([count, 1], alpha)));
      const values = (await noisy.data()) as Float32Array;
      noisy.dispose();
      const mean = values.reduce((sum, value) => sum + value, 0) / count;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
      close(mean, 1.5 * Math.sqrt(alpha), 5 * Math.sqrt((1 - alpha) / count));
      close(variance, 1 - alpha, 5 * (1 - alpha) * Math.sqrt(2 / count));
    }
  });

  it("composes: after β_1 … β_t one at a time the moments are those of α_t at once", () => {
    const { alphas, steps } = cosineSignal({ steps: 50 });
    let [mean, variance] = [1, 0];
    for (let t = 1; t <= steps; t++) {
      const beta = 1 - alphas[t]! / alphas[t - 1]!;
      [mean, variance] = [mean * Math.sqrt(1 - beta), variance * (1 - beta) + beta];
      close([mean, variance], [Math.sqrt(alphas[t]!), 1 - alphas[t]!], 1e-12);
    }
  });

  it("is undone by the noise that was put in, and tells the noise from the samples", async () => {
    const [samples, noise, back, found] = tf.tidy(() => {
      const clean = tf.tensor([[0.5, -1, 0.25]]);
      const added = tf.tensor([[2, 0.1, -1]]);
      const noisy = noised(clean, added, tf.tensor([[0.3]]));
      return [clean, added, denoised(noisy, added, 0.3), noiseIn(noisy, clean, 0.3)] as const;
    });
    close(await back.data(), await samples.data(), 1e-6);
    close(await found.data(), await noise.data(), 1e-6);
    tf.dispose([samples, noise, back, found]);
  });
});
