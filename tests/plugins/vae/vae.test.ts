import { adam, autoencoder, autoencoding, bernoulli, ConfigurationError, fold, gaussian, mixture, reparametrised, rootKey, squaredError, step, tf, train$, type Pass, type PluginReported, type Tensors } from "../../../src/index.ts";
import { aae } from "../../../plugins/aae/aae.ts";
import { logPriorOverPosterior } from "../../../plugins/vae/importanceBounds.ts";
import { gaussianDivergence, importanceBounds, logMeanExp, measureBounds, vae } from "../../../plugins/vae/vae.ts";
import { describeOnEachBackend } from "../../backends/backendsUnderTest.ts";
import { eventsOf } from "../../contracts/eventsOf.ts";
import { assert, close, describe, it } from "../../kit/kit.ts";
import { autoencodingReferences } from "../../references/autoencodingReferences.ts";
import { aaeGame } from "../aae/aaeGame.ts";
import { squares } from "./squares.ts";

const { divergence: reference, linear } = autoencodingReferences;

await describeOnEachBackend("the divergence", () => {
  it("is PyTorch's, with its gradients", async () => {
    const [mean, logVariance] = [tf.tensor(reference.mean, reference.shape), tf.tensor(reference.logVariance, reference.shape)];
    close(await gaussianDivergence(mean, logVariance).data(), reference.value, 1e-5, "divergence");
    const [byMean, byLogVariance] = tf.grads((m: tf.Tensor, l: tf.Tensor) => tf.sum(gaussianDivergence(m, l)))([mean, logVariance]);
    close(await byMean!.data(), reference.gradients.mean, 1e-5, "gradient in mean");
    close(await byLogVariance!.data(), reference.gradients.logVariance, 1e-5, "gradient in logVariance");
  });

  it("is what a Monte-Carlo estimate with reparametrised samples says", async () => {
    const draws = 20_000;
    const [m, l] = [reference.mean.slice(0, 3), reference.logVariance.slice(0, 3)];
    const [mean, logVariance] = [m, l].map((row) => tf.add(tf.zeros([draws, 3]), tf.tensor2d([row])));
    const codes = reparametrised(mean!, logVariance!, rootKey(2));
    const logs = Array.from(await tf.neg(logPriorOverPosterior(codes, mean!, logVariance!)).data());
    const average = logs.reduce((sum, each) => sum + each, 0) / draws;
    const deviation = Math.sqrt(logs.reduce((sum, each) => sum + (each - average) ** 2, 0) / draws);
    const bound = (5 * deviation) / Math.sqrt(draws);
    assert.ok(bound < 0.2, `the estimate is too loose: ${bound}`);
    assert.ok(Math.abs(average - reference.value[0]!) < bound, `${average} is not ${reference.value[0]} ± ${bound}`);
  });

  it("logMeanExp takes the mean from the largest down", async () => {
    close(await logMeanExp(tf.tensor2d([[1000, -1000, 0], [1000, -1000, Math.log(3)]])).data(), [1000, -1000, Math.LN2], 1e-6);
  });
});

/** The linear-Gaussian pair of the reference: the encoder says the best diagonal posterior, the decoder is W z. */
function linearPair(): { readonly record: Tensors; encode(record: Tensors): Pass; decode(record: Tensors): Pass } {
  const weights = tf.tensor2d(linear.weights, [3, 2]);
  const mean = tf.tensor2d(linear.posteriorMean, [linear.rows, 2]);
  const logVariance = tf.add(tf.zeros([linear.rows, 2]), tf.log(tf.tensor2d(linear.posteriorVariance, [1, 2])));
  const pass = (heads: Tensors): Pass => ({ heads, features: Object.values(heads)[0]!, buffers: {} });
  return {
    record: { samples: tf.tensor2d(linear.points, [linear.rows, 3]) },
    encode: () => pass({ mean, logVariance }),
    decode: ({ codes }) => pass({ samples: tf.matMul(codes as tf.Tensor2D, weights, false, true) }),
  };
}

describe("importanceBounds", () => {
  it("lie in order below the evidence, ELBO ≤ IWAE-k ≤ log p(x), and close in on it as k grows", async () => {
    const pair = linearPair();
    const constant = -1.5 * Math.log(2 * Math.PI);
    const repeats = 40;
    const meansAt = async (importanceSamples: number) => {
      const sums = { elbo: new Array<number>(linear.rows).fill(0), bound: new Array<number>(linear.rows).fill(0) };
      for (let i = 0; i < repeats; i++) {
        const { elbo, bound } = importanceBounds(pair.record, { likelihood: squaredError(), importanceSamples, key: fold(rootKey(1), i), encode: pair.encode, decode: pair.decode });
        (await elbo.data()).forEach((value, row) => (sums.elbo[row]! += (value + constant) / repeats));
        (await bound.data()).forEach((value, row) => (sums.bound[row]! += (value + constant) / repeats));
      }
      return sums;
    };
    const [one, many] = [await meansAt(1), await meansAt(50)];
    linear.evidence.forEach((evidence, row) => {
      assert.ok(many.elbo[row]! <= many.bound[row]! + 1e-6, `row ${row}: ELBO ${many.elbo[row]} above the bound ${many.bound[row]}`);
      assert.ok(many.bound[row]! <= evidence + 0.02, `row ${row}: bound ${many.bound[row]} above the evidence ${evidence}`);
      close(many.bound[row]!, evidence, 0.02, `row ${row}: the bound of 50`);
      assert.ok(many.elbo[row]! < evidence - 0.02, `row ${row}: the posterior is not diagonal, so the ELBO ${many.elbo[row]} must stay below ${evidence}`);
      assert.ok(one.bound[row]! < many.bound[row]! + 0.5, `row ${row}`);
    });
  });
});

describe("vae", () => {
  it("shows reconstruction, divergence and their sum, and learns binary images better than their pixels' means can say", async () => {
    const likelihood = bernoulli();
    const data = squares(32);
    const events = await eventsOf(train$(
      autoencoding({ data, networks: autoencoder({ codes: 2, encoder: { widths: [16] }, decoder: { widths: [16] } }), optimizer: adam({ learningRate: 1e-2 }), likelihood, rounds: 250, backend: "cpu", seed: 1 }),
      vae(), step("reconstruction"), measureBounds({ data, likelihood, count: 256, every: 125, importanceSamples: 8 }),
    ));
    const { metrics } = events.flatMap((event) => (event._tag === "RoundPlayed" ? [event] : []))[0]!;
    close(metrics["loss/reconstruction"]!, metrics["term/reconstruction"]! + metrics["term/divergence"]!, 1e-5);
    const [early, late] = events.filter((event): event is PluginReported => event._tag === "PluginReported").map(({ values }) => values as Record<string, number>);
    assert.ok(late!["elbo"]! <= late!["bound"]!, "the importance-weighted bound lies above the ELBO");
    assert.ok(late!["divergence"]! > 0.1, "the codes say something");
    // Sixteen pixels of mean ½ are 16 ln 2 = 11.09 nats; to know the bright half (ln 2) and then pixels of 0.8 and of 0.1 are 7.3.
    assert.ok(-late!["elbo"]! < 10 && late!["elbo"]! > early!["elbo"]! - 0.5, `−ELBO ${-late!["elbo"]!}`);
  });

  it("refuses samples its likelihood is none of, another prior, and a game without codes", async () => {
    const run = { rounds: 1, backend: "cpu" } as const;
    const ring = mixture("ring", { batchSize: 8 });
    const wrong = autoencoding({ data: ring, networks: autoencoder({ codes: 2 }), optimizer: adam(), likelihood: bernoulli(), ...run });
    await assert.rejects(eventsOf(train$(wrong, vae(), step("reconstruction"))), /autoencoding: likelihood: expected samples in \[0, 1\] for bernoulli, got samples without a range/);
    const isRefused = (error: unknown): boolean => error instanceof ConfigurationError && /codes have no prior yet/.test(error.message);
    assert.throws(() => train$(aaeGame(run), aae({ prior: gaussian(2) }), vae(), step("reconstruction")), isRefused);
    // @ts-expect-error -- no vae before it
    assert.throws(() => train$(aaeGame(run), step("reconstruction"), measureBounds({ data: ring, likelihood: squaredError(), count: 4 })), /measureBounds needs logVariance/);
    assert.throws(() => vae({ weight: -1 }), /vae: weight: expected a number >= 0 or a schedule, got -1/);
  });
});
