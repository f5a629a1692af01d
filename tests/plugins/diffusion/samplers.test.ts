import { ancestralStep, cosineSignal, ddim, ddpm, fresh, linearSignal, predictNoise, signalsOf, upperAncestralStep, type SamplerOptions } from "../../../plugins/diffusion/diffusion.ts";
import { ConfigurationError, rootKey, takeSteps, tf, type Pass, type Sampler, type Sampling, type Tensor, type Tensors } from "../../../src/index.ts";
import { assert, close, describe, it } from "../../kit/kit.ts";

/** E[x₀ | x_t] for x₀ ~ N(0, deviation²). */
const ofGaussian = (deviation: number) => (x: Tensor, alpha: number): Tensor => {
  const variance = alpha * deviation ** 2 + 1 - alpha;
  return tf.mul(x, (Math.sqrt(alpha) * deviation ** 2) / variance);
};

/** E[x₀ | x_t] for an even mixture of N(−1, deviation²) and N(1, deviation²). */
const ofTwoModes = (deviation: number) => (x: Tensor, alpha: number): Tensor => {
  const variance = alpha * deviation ** 2 + 1 - alpha;
  const balance = tf.tanh(tf.mul(x, Math.sqrt(alpha) / variance));
  const share = (Math.sqrt(alpha) * deviation ** 2) / variance;
  return tf.add(tf.mul(x, share), tf.mul(balance, 1 - share * Math.sqrt(alpha)));
};

/** A denoiser that knows: ε = (x_t − √α E[x₀ | x_t]) / √(1 − α). */
function exact(expected: (x: Tensor, alpha: number) => Tensor): (record: Tensors) => Pass {
  return ({ samples, alpha }) => {
    const rate = alpha!.dataSync()[0]!;
    const noise = tf.div(tf.sub(samples!, tf.mul(expected(samples!, rate), Math.sqrt(rate))), Math.sqrt(1 - rate));
    return { heads: { noise }, features: samples!, buffers: {} };
  };
}

function sampling(forward: (record: Tensors) => Pass, count: number, first = 0): Sampling {
  return { key: rootKey(11), first, count, fields: { samples: { shape: [1], dtype: "float32" } }, forward };
}

async function drawn(sampler: Sampler, forward: (record: Tensors) => Pass, count: number, first = 0): Promise<Float32Array> {
  const record = await takeSteps(sampler, {}, sampling(forward, count, first));
  const values = (await record["samples"]!.data()) as Float32Array;
  tf.dispose({ ...record });
  return values;
}

const deviationOf = (values: Float32Array): number => Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
const unclipped: SamplerOptions = { clip: false };
const COUNT = 4000;
/** Five standard errors of a standard deviation. */
const slack = 5 / Math.sqrt(2 * COUNT);

describe("samplers with the exact noise", () => {
  it("return the data's N(0, s²): DDIM in 100 steps and ancestral sampling in 500, on both schedules", async () => {
    for (const [schedule, deviation] of [[cosineSignal(), 0.5], [linearSignal(), 2]] as const) {
      const forward = exact(ofGaussian(deviation));
      const deterministic = await drawn(ddim({ ...unclipped, schedule, steps: 100 }), forward, COUNT);
      const ancestral = await drawn(ddpm({ ...unclipped, schedule, steps: 500 }), forward, COUNT);
      close(deviationOf(deterministic) / deviation, 1, slack + 0.02, `DDIM, ${schedule.spec.name}`);
      close(deviationOf(ancestral) / deviation, 1, slack + 0.02, `DDPM, ${schedule.spec.name}`);
    }
  });

  it("return N(0, s² / 2) where all noise is new in every step: x̂₀ is a mean, and its spread is lost again and again", async () => {
    const deviation = 0.5;
    const values = await drawn(fresh({ ...unclipped, steps: 500 }), exact(ofGaussian(deviation)), COUNT);
    close(deviationOf(values) / deviation, Math.SQRT1_2, slack + 0.02);
  });

  it("are exact in ten ancestral steps where each variance is the right one: the posterior's for a point, the upper one for N(0, 1)", async () => {
    const steps = 10;
    const point = exact((x) => tf.fill(x.shape, 0.7));
    close(await drawn(ddpm({ ...unclipped, steps }), point, 100), new Array(100).fill(0.7), 1e-4);
    // x_t ~ N(0, 1) throughout; the last step, without noise, takes x₀ = E[x₀ | x_t] = √α x_t.
    const last = Math.sqrt(signalsOf(cosineSignal(), steps).at(-2)!);
    const upper = await drawn(ddpm({ ...unclipped, steps, variance: "upper" }), exact(ofGaussian(1)), COUNT);
    close(deviationOf(upper) / last, 1, slack);
    // With the posterior's variance they are narrower: v' = (α / α') v + β̃, step by step.
    const signals = signalsOf(cosineSignal(), steps);
    const variance = signals.slice(1).reduce((v, next, i) => (signals[i]! / next) * v + ((1 - next) / (1 - signals[i]!)) * (1 - signals[i]! / next), 1);
    close(deviationOf(await drawn(ddpm({ ...unclipped, steps }), exact(ofGaussian(1)), COUNT)) / Math.sqrt(variance), 1, slack);
    assert.ok(variance < 0.75, `${variance}`);
  });

  it("find both modes of a mixture, and by DDIM nearly the same sample from the same noise, the nearer the more steps", async () => {
    const forward = exact(ofTwoModes(0.3));
    const at = (steps: number): Promise<Float32Array> => drawn(ddim({ ...unclipped, steps }), forward, 500);
    const [few, some, many] = [await at(20), await at(50), await at(500)];
    const distance = (values: Float32Array): number => values.reduce((sum, value, i) => sum + Math.abs(value - many[i]!), 0) / values.length;
    assert.ok(distance(few) < 0.1, `20 steps: ${distance(few)}`);
    assert.ok(distance(some) < 0.5 * distance(few) + 1e-3, `50 steps: ${distance(some)}`);
    const positive = many.filter((value) => value > 0).length / many.length;
    close(positive, 0.5, 5 * Math.sqrt(0.25 / many.length));
    assert.ok(many.filter((value) => Math.abs(Math.abs(value) - 1) < 0.9).length > 0.97 * many.length);
  });
});

describe("samplers", () => {
  it("are functions of the key: DDIM of x_T alone, the others of fresh noise as well; each sample by its place", async () => {
    const forward = exact(ofTwoModes(0.3));
    for (const sampler of [ddim({ steps: 5 }), ddpm({ steps: 5 }), ddpm({ steps: 5, variance: "upper" }), fresh({ steps: 5 })]) {
      const all = await drawn(sampler, forward, 10);
      assert.deepEqual(await drawn(sampler, forward, 10), all);
      close(await drawn(sampler, forward, 4, 6), all.slice(6), 1e-6, `${sampler.spec.name}, the last four`);
    }
  });

  it("take the posterior's mean and variance: those of q(x_next | x_t, x₀) as DDPM writes them", async () => {
    // DDPM, equation 7: μ̃ = √ᾱ' β / (1 − ᾱ) x₀ + √a (1 − ᾱ') / (1 − ᾱ) x_t, β̃ = (1 − ᾱ') / (1 − ᾱ) β, with ᾱ = a ᾱ'.
    const [alpha, next, x0, noise] = [0.4, 0.7, 0.8, -1.1];
    const a = alpha / next;
    const x = Math.sqrt(alpha) * x0 + Math.sqrt(1 - alpha) * noise;
    const mean = ((Math.sqrt(next) * (1 - a)) / (1 - alpha)) * x0 + ((Math.sqrt(a) * (1 - next)) / (1 - alpha)) * x;
    const deviation = Math.sqrt(((1 - next) / (1 - alpha)) * (1 - a));
    for (const z of [0, 1, -2]) {
      const stepped = tf.tidy(() => ancestralStep({ samples: tf.scalar(x0), noise: tf.scalar(noise), alpha, next, fresh: () => tf.scalar(z) }));
      close(await stepped.data(), [mean + deviation * z], 1e-5);
      stepped.dispose();
    }
  });

  it("take the posterior's mean with the upper variance β, and no noise in the last step", async () => {
    const [alpha, next, z] = [0.4, 0.7, 1.5];
    const given = { samples: tf.scalar(0.8), noise: tf.scalar(-1.1), alpha };
    const [narrow, upper, centre, end] = tf.tidy(() => [
      ancestralStep({ ...given, next, fresh: () => tf.scalar(z) }),
      upperAncestralStep({ ...given, next, fresh: () => tf.scalar(z) }),
      upperAncestralStep({ ...given, next, fresh: () => tf.scalar(0) }),
      upperAncestralStep({ ...given, next: 1, fresh: () => tf.scalar(z) }),
    ] as const);
    const [low, high, mean] = [(await narrow.data())[0]!, (await upper.data())[0]!, (await centre.data())[0]!];
    close(high - mean, z * Math.sqrt(1 - alpha / next), 1e-6);
    close((low - mean) / (high - mean), Math.sqrt((1 - next) / (1 - alpha)), 1e-5);
    close(await end.data(), [0.8], 1e-6);
    tf.dispose([narrow, upper, centre, end, given.samples, given.noise]);
  });

  it("keep x̂₀ within the data's range where told, and leave no tensor behind", async () => {
    const before = tf.memory().numTensors;
    const forward = exact(ofGaussian(2));
    const fields = { samples: { shape: [1], dtype: "float32", range: [-1, 1] } } as const;
    const record = await takeSteps(ddim({ steps: 10 }), {}, { ...sampling(forward, 200), fields });
    const values = await record["samples"]!.data();
    tf.dispose({ ...record });
    assert.ok(values.every((value) => Math.abs(value) <= 1));
    assert.ok(values.some((value) => Math.abs(value) === 1));
    assert.equal(tf.memory().numTensors, before);
  });

  it("dispose of what they hold when the denoiser throws", async () => {
    const before = tf.memory().numTensors;
    let passes = 0;
    const failing = (record: Tensors): Pass => {
      if (++passes === 3) throw new Error("lost");
      return exact(ofGaussian(1))(record);
    };
    await assert.rejects(drawn(ddim({ steps: 5 }), failing, 10), /lost/);
    assert.equal(tf.memory().numTensors, before);
  });

  it("refuse wrong options", () => {
    assert.throws(() => ddim({ steps: 1001 }), /ddim: steps: expected an integer > 0 and <= 1000, the schedule's steps, got 1001/);
    assert.throws(() => ddpm({ guidance: -1 }), /ddpm: guidance: expected a number >= 0, got -1/);
    assert.throws(() => fresh({ step: 5 } as never), ConfigurationError);
    assert.throws(() => ddim({ variance: "upper" } as never), /ddim: variance: unknown option; .* Known: steps, schedule, guidance, clip/);
    assert.throws(() => ddpm({ variance: "lower" } as never), /ddpm: variance: expected/);
    assert.throws(() => ddim({ schedule: 5 } as never), /ddim: schedule: expected a schedule such as cosineSignal\(\), got 5/);
    assert.throws(() => ddim({ clip: "no" } as never), /ddim: clip: expected true or false, got "no"/);
    assert.throws(() => ddim({ schedule: cosineSignal({ steps: 20 }) }), /ddim: steps: expected an integer > 0 and <= 20, the schedule's steps, got 50/);
    for (const sampler of [ddim, ddpm, fresh]) assert.throws(() => sampler(null as never), ConfigurationError);
  });
});

describe("classifier-free guidance", () => {
  /** ε = x + 10 · label, and 0 · label for none; counts the samples it is shown. */
  const shown: number[] = [];
  const network = {
    forward({ samples, labels }: Tensors): Pass {
      shown.push(samples!.shape[0]!);
      const asked = tf.mul(tf.maximum(tf.cast(labels!, "float32"), 0), 10);
      return { heads: { noise: tf.add(samples!, tf.reshape(asked, [-1, 1])) }, features: samples!, buffers: {} };
    },
  };
  const guided = async (guidance: number, labels = [1, 3]): Promise<readonly number[]> => {
    shown.length = 0;
    const noise = tf.tidy(() => predictNoise({ samples: tf.tensor([[0.5], [-2]]), labels: tf.tensor(labels, [2], "int32") }, 0.5, guidance, network));
    const values = [...(await noise.data())];
    noise.dispose();
    return values;
  };

  it("is the conditional prediction at 1 and the unconditional one at 0, in one pass each", async () => {
    close(await guided(1), [10.5, 28], 1e-6);
    assert.deepEqual(shown, [2]);
    close(await guided(0), [0.5, -2], 1e-6);
    assert.deepEqual(shown, [2]);
  });

  it("goes beyond in a straight line: (1 − w) ε(none) + w ε(y), both in one pass of twice the batch", async () => {
    for (const w of [0.5, 2, 7]) {
      close(await guided(w), [0.5 + w * 10, -2 + w * 30], 1e-5);
      assert.deepEqual(shown, [4]);
    }
  });

  it("changes nothing where no label is asked for", async () => {
    close(await guided(5, [-1, -1]), [0.5, -2], 1e-6);
  });

  it("is refused of samples without labels", () => {
    assert.throws(() => predictNoise({ samples: tf.zeros([2, 1]) }, 0.5, 7, network), (error) =>
      error instanceof ConfigurationError && /guidance: expected 1, none, where the samples have no labels, got 7/.test(error.message));
  });

  it("is refused by samplers that are told of a denoiser trained without labels, or always with them", () => {
    const trained = (options: { readonly dropRate?: number }) => ({ denoising: { name: "denoising", options } });
    const unlabelled = /guidance: expected 1, none, of a denoiser that is trained without labels, got 7/;
    for (const sampler of [ddim, ddpm, fresh]) {
      assert.throws(() => sampler({ guidance: 7 }).verify!(trained({})), unlabelled);
      assert.throws(() => sampler({ guidance: 0 }).verify!(trained({ dropRate: 0 })), /guidance: expected 1, none, of a denoiser that always sees its labels, got 0/);
      sampler({ guidance: 7 }).verify!(trained({ dropRate: 0.1 }));
      // What another game has trained nobody can tell.
      sampler({ guidance: 7 }).verify!({});
      for (const options of [{}, { dropRate: 0 }]) sampler().verify!(trained(options));
    }
  });
});
