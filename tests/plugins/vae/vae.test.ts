import { lastValueFrom, tap } from "rxjs";
import {
  adam, array, autoencoder, autoencoding, bernoulli, ConfigurationError, fold, gaussian, mixture, reparametrised, rootKey, squaredError, step, tf, train$,
  type Likelihood, type Pass, type PluginReported, type Source, type Tensors, type TrainingEvent,
} from "../../../src/index.ts";
import { aae, supervisedStyle } from "../../../plugins/aae/aae.ts";
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

/** The linear-Gaussian pair of the reference: the encoder says the best diagonal posterior, or a wider one, the decoder is W z. Every row `copies` times over. */
function linearPair({ copies = 1, widening = 1 } = {}): { readonly record: Tensors; encode(record: Tensors): Pass; decode(record: Tensors): Pass } {
  const weights = tf.tensor2d(linear.weights, [3, 2]);
  const repeated = (rows: tf.Tensor2D): tf.Tensor2D => tf.tile(rows, [copies, 1]);
  const mean = repeated(tf.tensor2d(linear.posteriorMean, [linear.rows, 2]));
  const logVariance = tf.add(tf.zeros(mean.shape), tf.log(tf.mul(tf.tensor2d(linear.posteriorVariance, [1, 2]), widening)));
  const pass = (heads: Tensors): Pass => ({ heads, features: Object.values(heads)[0]!, buffers: {} });
  return {
    record: { samples: repeated(tf.tensor2d(linear.points, [linear.rows, 3])) },
    encode: () => pass({ mean, logVariance }),
    decode: ({ codes }) => pass({ samples: tf.matMul(codes as tf.Tensor2D, weights, false, true) }),
  };
}

/** How far the ELBO of the linear pair lies below the evidence of a row: E_q[log p(x | z)] − KL(q ‖ N(0, I)) − log p(x), all of Gaussians. */
function linearGap(row: number, widening: number): number {
  const at = (values: readonly number[], width: number): readonly number[] => values.slice(row * width, (row + 1) * width);
  const [point, mean, variance] = [at(linear.points, 3), at(linear.posteriorMean, 2), linear.posteriorVariance.map((each) => widening * each)];
  const weight = (i: number, j: number): number => linear.weights[2 * i + j]!;
  const sum = (count: number, of: (i: number) => number): number => Array.from({ length: count }, (_, i) => of(i)).reduce((total, each) => total + each, 0);
  const squares = sum(3, (i) => (point[i]! - sum(2, (j) => weight(i, j) * mean[j]!)) ** 2 + sum(2, (j) => weight(i, j) ** 2 * variance[j]!));
  const divergence = sum(2, (j) => mean[j]! ** 2 + variance[j]! - 1 - Math.log(variance[j]!)) / 2;
  return linear.evidence[row]! - (-squares / 2 - 1.5 * Math.log(2 * Math.PI) - divergence);
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
    const many = await meansAt(50);
    linear.evidence.forEach((evidence, row) => {
      assert.ok(many.elbo[row]! <= many.bound[row]! + 1e-6, `row ${row}: ELBO ${many.elbo[row]} above the bound ${many.bound[row]}`);
      assert.ok(many.bound[row]! <= evidence + 0.02, `row ${row}: bound ${many.bound[row]} above the evidence ${evidence}`);
      close(many.bound[row]!, evidence, 0.02, `row ${row}: the bound of 50`);
      assert.ok(many.elbo[row]! < evidence - 0.02, `row ${row}: the posterior is not diagonal, so the ELBO ${many.elbo[row]} must stay below ${evidence}`);
    });
  });

  it("rise with k, from the ELBO at k = 1, where the posterior is too wide", async () => {
    const [copies, widening] = [2000, 3];
    const pair = linearPair({ copies, widening });
    /** Of every row: how far the bound of k lies below the evidence, and five standard errors of that. */
    const gapsAt = async (importanceSamples: number) => {
      const { bound } = importanceBounds(pair.record, { likelihood: squaredError(), importanceSamples, key: fold(rootKey(1), importanceSamples), encode: pair.encode, decode: pair.decode });
      const values = await bound.data();
      return linear.evidence.map((evidence, row) => {
        const gaps = Array.from({ length: copies }, (_, i) => evidence - (values[i * linear.rows + row]! - 1.5 * Math.log(2 * Math.PI)));
        const gap = gaps.reduce((sum, each) => sum + each, 0) / copies;
        return { gap, slack: 5 * Math.sqrt(gaps.reduce((sum, each) => sum + (each - gap) ** 2, 0)) / copies };
      });
    };
    const [one, two, eight, many] = [await gapsAt(1), await gapsAt(2), await gapsAt(8), await gapsAt(50)];
    linear.evidence.forEach((_, row) => {
      const gaps = [one, two, eight, many].map((each) => each[row]!.gap);
      const said = `row ${row}: ${gaps.map((gap) => gap.toFixed(3)).join(", ")} below the evidence`;
      const exact = linearGap(row, widening);
      assert.ok(exact > 0.9 && Math.abs(gaps[0]! - exact) < one[row]!.slack && one[row]!.slack < exact / 3, `${said}; the ELBO ${exact.toFixed(3)}`);
      // By more than a third with each of these k, where five standard errors of the first gap are less than that of it.
      assert.ok(gaps[1]! < 0.67 * gaps[0]! && gaps[2]! < 0.67 * gaps[1]! && gaps[3]! < 0.67 * gaps[2]!, said);
      assert.ok(Math.abs(gaps[3]!) < 0.05, said);
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

describe("measureBounds", () => {
  const run = { rounds: 2, backend: "cpu" } as const;
  const ring = mixture("ring", { batchSize: 8 });
  const bounds = { data: ring, likelihood: squaredError(), count: 4 };

  it("refuses another likelihood than the game is trained by", () => {
    const measuring = (other: Likelihood) => train$(aaeGame(run), vae(), step("reconstruction"), measureBounds({ ...bounds, likelihood: other }));
    const isRefused = (error: unknown): boolean =>
      error instanceof ConfigurationError && /measureBounds: likelihood: expected squaredError\(\{"deviation":1\}\), the game's, got (squaredError\(\{"deviation":0\.5\}\)|bernoulli\(\))/.test(error.message);
    assert.throws(() => measuring(squaredError({ deviation: 0.5 })), isRefused);
    assert.throws(() => measuring(bernoulli()), isRefused);
    measuring(squaredError({ deviation: 1 }));
  });

  it("refuses, before the first round, held-out samples without the labels that the decoder reads, and measures those that have them", async () => {
    const unlabelled = array({ samples: [[0, 1]], shape: [2], batchSize: 1 });
    const events: TrainingEvent[] = [];
    const playing = (data: Source) => lastValueFrom(train$(aaeGame(run), vae(), step("reconstruction"), measureBounds({ ...bounds, data }), supervisedStyle()).pipe(tap((event) => { events.push(event); })));
    await assert.rejects(playing(unlabelled), (error) =>
      error instanceof ConfigurationError && /measureBounds: data: expected held-out samples with labels, which the decoder reads, got a source of samples/.test(error.message));
    assert.equal(events.length, 0);
    await playing(ring);
    assert.ok(events.some((event) => event._tag === "PluginReported"));
  });
});
