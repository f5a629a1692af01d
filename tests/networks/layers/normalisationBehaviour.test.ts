import { rootKey } from "../../../src/math/random/fold.ts";
import { normals } from "../../../src/math/random/normals.ts";
import { sizeOf, type Tensor, type Tensors, tf } from "../../../src/math/tensor.ts";
import { normal } from "../../../src/networks/initializers/normal.ts";
import type { Layer, LayerContext, LayerResult } from "../../../src/networks/layer.ts";
import { tanh } from "../../../src/networks/layers/activations.ts";
import { adaptiveGroupNorm } from "../../../src/networks/layers/adaptiveGroupNorm.ts";
import { batchNorm } from "../../../src/networks/layers/batchNorm.ts";
import { conditionalBatchNorm } from "../../../src/networks/layers/conditionalBatchNorm.ts";
import { conv2d } from "../../../src/networks/layers/conv2d.ts";
import { conv2dTranspose } from "../../../src/networks/layers/conv2dTranspose.ts";
import { dense } from "../../../src/networks/layers/dense.ts";
import { embedding } from "../../../src/networks/layers/embedding.ts";
import { equalised } from "../../../src/networks/layers/equalised.ts";
import { flatten } from "../../../src/networks/layers/flatten.ts";
import { gaussianNoise } from "../../../src/networks/layers/gaussianNoise.ts";
import { groupNorm } from "../../../src/networks/layers/groupNorm.ts";
import { instanceNorm } from "../../../src/networks/layers/instanceNorm.ts";
import { layerFromSpec } from "../../../src/networks/layers/layerFromSpec.ts";
import { layerNorm } from "../../../src/networks/layers/layerNorm.ts";
import { minibatchDeviation } from "../../../src/networks/layers/minibatchDeviation.ts";
import { minibatchDiscrimination } from "../../../src/networks/layers/minibatchDiscrimination.ts";
import { oneHot } from "../../../src/networks/layers/oneHot.ts";
import { pixelNorm } from "../../../src/networks/layers/pixelNorm.ts";
import { projection } from "../../../src/networks/layers/projection.ts";
import { referenceBatch } from "../../../src/networks/layers/referenceBatch.ts";
import { referenceBatchNorm } from "../../../src/networks/layers/referenceBatchNorm.ts";
import { selfAttention } from "../../../src/networks/layers/selfAttention.ts";
import { sequence } from "../../../src/networks/layers/sequence.ts";
import { virtualBatchNorm } from "../../../src/networks/layers/virtualBatchNorm.ts";
import { weightNorm } from "../../../src/networks/layers/weightNorm.ts";
import { describeOnEachBackend } from "../../backends/backendsUnderTest.ts";
import { assert, close, describe, it } from "../../kit/kit.ts";

const vector = [6];
const image = [4, 4, 6];
const inputOf = (salt: number, shape: readonly number[]): Tensor => tf.tensor(normals(rootKey(salt), sizeOf(shape)), [...shape]);

/** The layer on x with its initial variables, or those given. */
function applied(layer: Layer, x: Tensor, given: Partial<LayerContext> = {}, isTraining = true): LayerResult {
  const built = layer.build(x.shape.slice(1));
  const initial = (plans = {} as typeof built.parameters): Tensors =>
    Object.fromEntries(Object.entries(plans ?? {}).map(([name, { shape, initializer }], i) => [name, tf.tensor(initializer.values(rootKey(50 + i), shape), [...shape])]));
  const result = built.apply(x, {
    inputs: { labels: tf.tensor1d(Array.from({ length: x.shape[0]! }, (_, i) => i % 3), "int32") },
    mode: { isTraining, key: rootKey(9), settings: {} },
    ...given,
    parameters: { ...initial(built.parameters), ...given.parameters },
    buffers: { ...initial(built.buffers), ...given.buffers },
  });
  return "output" in result ? result : { output: result };
}

const layers: readonly (readonly [Layer, readonly number[]])[] = [
  [instanceNorm({ affine: true, gammaInitializer: normal() }), image],
  [layerNorm({ epsilon: 0.1, affine: false }), image],
  [layerNorm({ name: "norm" }), vector],
  [groupNorm({ groups: 3 }), image],
  [pixelNorm(), image],
  [gaussianNoise({ deviation: 0.5 }), image],
  [equalised(conv2d({ filters: 3, name: "first" }), { gain: 1 }), image],
  [weightNorm(conv2dTranspose({ filters: 3 })), image],
  [weightNorm(equalised(dense({ units: 3 }))), vector],
  [selfAttention({ channels: 2 }), image],
  [projection({ classes: 3 }), vector],
  [referenceBatch({ size: 2, layers: [dense({ units: 4 }), virtualBatchNorm(), tanh(), referenceBatchNorm({ affine: false })] }), vector],
  [batchNorm(), vector],
  [conditionalBatchNorm({ classes: 3 }), image],
  [minibatchDiscrimination({ kernels: 4, dimensions: 2 }), vector],
  [minibatchDeviation(), image],
  [sequence({ layers: [flatten(), minibatchDiscrimination({ kernels: 2 }), dense({ units: 2 })] }), image],
];

await describeOnEachBackend("normalisation and features, as they start", () => {
  it("tell rightly whether they mix samples", async () => {
    for (const [layer, shape] of layers) {
      const x = inputOf(1, [4, ...shape]);
      const other = tf.concat([tf.slice(x, [0], [3]), inputOf(2, [1, ...shape])], 0);
      // A layer that is the identity at first, in gamma, has to be moved from there; a reference batch is fixed from the second pass on.
      const given: Partial<LayerContext> =
        layer.spec.name === "selfAttention"
          ? { parameters: { gamma: tf.scalar(1) } }
          : layer.spec.name === "referenceBatch"
            ? { buffers: { reference: inputOf(3, [2, ...shape]), isCaptured: tf.scalar(1) } }
            : {};
      const first = (input: Tensor): Tensor => tf.slice(applied(layer, input, given).output, [0], [1]);
      const [moved] = await tf.max(tf.abs(tf.sub(first(x), first(other)))).data();
      assert.equal(moved! > 1e-4, layer.mixesSamples === true, `${layer.spec.name}: the first sample moves by ${moved}`);
    }
  });

  it("self-attention is the identity, and conditional batch norm is batch norm", async () => {
    const x = inputOf(4, [4, ...image]);
    assert.deepEqual(await applied(selfAttention(), x).output.data(), await x.data());
    close(await applied(conditionalBatchNorm({ classes: 3 }), x).output.data(), await applied(batchNorm(), x).output.data(), 1e-6);
  });

  it("weight norm has kernels of one length, that of the layer's own initialiser", async () => {
    const built = weightNorm(conv2d({ filters: 5 })).build(image);
    const { direction, length } = built.parameters!;
    const values = length!.initializer.values(rootKey(1), length!.shape);
    assert.equal(new Set(values).size, 1);
    // 480 draws of N(0, 0.02²): their root mean square is known to 3.2 %; 4 of them.
    close(values[0]! / (0.02 * Math.sqrt(4 * 4 * 6)), 1, 0.13);
    assert.deepEqual(direction!.initializer.spec, normal().spec);
  });

  it("equalised kernels are N(0, 1) whatever the layer's own, and keep the variance through ReLUs", async () => {
    const layer = equalised(dense({ units: 256, kernelInitializer: normal({ deviation: 7 }) }));
    const values = layer.build([256]).parameters!["kernel"]!.initializer.values(rootKey(3), [256, 256]);
    assert.deepEqual(values, normals(rootKey(3), 256 * 256));
    const [before, after] = await tf.tidy(() => {
      const x = inputOf(5, [64, 256]);
      return tf.stack([tf.mean(tf.square(x)), tf.mean(tf.square(tf.relu(applied(layer, x).output)))]);
    }).data();
    close(after! / before!, 1, 0.05);
  });

  it("minibatch discrimination sees the whole batch where all are alike, and each alone where all are far apart", async () => {
    const layer = minibatchDiscrimination({ kernels: 4, dimensions: 2 });
    const added = (x: Tensor): Promise<ArrayLike<number>> => tf.slice(applied(layer, x).output, [0, 6], [5, 4]).data();
    close(await added(tf.tile(inputOf(6, [1, 6]), [5, 1])), new Array(20).fill(5), 1e-6);
    close(await added(tf.mul(inputOf(7, [5, 6]), 1000)), new Array(20).fill(1), 1e-6);
  });

  it("minibatch deviation is √ε where all are alike, and a for ± a", async () => {
    const added = (x: Tensor): Promise<ArrayLike<number>> => tf.slice(applied(minibatchDeviation(), x).output, [0, 2], [4, 1]).data();
    close(await added(tf.ones([4, 2])), new Array(4).fill(1e-4), 1e-9);
    close(await added(tf.tensor2d([[3, -3], [-3, 3], [3, 3], [-3, -3]])), new Array(4).fill(3), 1e-6);
  });

  it("pixel norm brings every pixel to a mean square of 1, whatever its size", async () => {
    const { output } = applied(pixelNorm(), tf.mul(inputOf(8, [2, ...image]), 100));
    close(await tf.mean(tf.square(output), -1).data(), new Array(32).fill(1), 1e-5);
  });

  it("a reference batch is captured by the first training pass and stays", async () => {
    const layer = referenceBatch({ size: 2, layers: [virtualBatchNorm()] });
    const x = inputOf(10, [4, ...vector]);
    const { buffers } = applied(layer, x);
    const own = await tf.slice(x, [0], [2]).data();
    assert.deepEqual(await buffers!["reference"]!.data(), own);
    const later = applied(layer, inputOf(11, [3, ...vector]), { buffers: buffers! });
    assert.deepEqual(await later.buffers!["reference"]!.data(), own);
    // Outside training a single sample will do, and is treated as it is among others in training.
    const [whole, one] = [true, false].map((isTraining) => applied(layer, isTraining ? x : tf.slice(x, [3]), { buffers: buffers! }, isTraining));
    close(await one!.output.data(), await tf.slice(whole!.output, [3]).data(), 1e-6);
    assert.equal(one!.buffers, undefined);
  });
});

const noises: Float32Array[] = [];

await describeOnEachBackend("gaussianNoise", () => {
  const noisy = (deviation: number | string, isTraining: boolean, settings = {}): Tensor =>
    gaussianNoise({ deviation }).build([100]).apply(tf.fill([100, 100], 3), { parameters: {}, buffers: {}, inputs: {}, mode: { isTraining, key: rootKey(2), settings } }) as Tensor;

  it("adds numbers of that deviation in training, and nothing outside it", async () => {
    const values = (await noisy(0.5, true).data()) as Float32Array;
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    // 10,000 draws: 4 standard errors each.
    close(mean, 3, 0.007);
    close(Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length), 0.5, 0.015);
    noises.push(values);
    assert.deepEqual(new Set(await noisy(0.5, false).data()), new Set([3]));
    assert.deepEqual(new Set(await noisy(0, true).data()), new Set([3]));
  });

  it("takes its deviation from a setting of the round, and says where there is none", async () => {
    assert.deepEqual(await noisy("fade", true, { fade: 0.5 }).data(), await noisy(0.5, true).data());
    assert.throws(() => noisy("fade", true, { alpha: 1 }), /gaussianNoise: expected a setting "fade" >= 0, got none of that name \(the round has alpha\)/);
  });
});

describe("normalisation and features", () => {
  it("have noise that is the same on every backend", () => {
    for (const noise of noises) close(noise, noises[0]!, 1e-6);
  });

  it("are what their specs say", () => {
    for (const [layer, shape] of layers) {
      const revived = layerFromSpec(JSON.parse(JSON.stringify(layer.spec)));
      assert.deepEqual(revived.spec, layer.spec);
      assert.equal(revived.name, layer.name);
      assert.equal(revived.mixesSamples, layer.mixesSamples);
      const [built, again] = [layer.build(shape), revived.build(shape)];
      assert.deepEqual(again.output, built.output);
      for (const kind of ["parameters", "buffers"] as const) {
        assert.deepEqual(Object.keys(again[kind] ?? {}), Object.keys(built[kind] ?? {}));
        for (const [name, plan] of Object.entries(built[kind] ?? {})) {
          const other = again[kind]![name]!;
          assert.deepEqual(other.shape, plan.shape, `${layer.spec.name}: ${name}`);
          assert.deepEqual(other.initializer.values(rootKey(1), other.shape), plan.initializer.values(rootKey(1), plan.shape));
        }
      }
    }
  });

  it("refuse wrong options and inputs, and say what would do", () => {
    assert.throws(() => groupNorm({ groups: 0 }), /groupNorm: groups: expected an integer > 0, got 0/);
    assert.throws(() => groupNorm({ groups: 4 }).build(vector), /groupNorm: groups: expected a divisor of the 6 channels, got 4/);
    assert.throws(() => instanceNorm().build(vector), /instanceNorm: expected an image/);
    assert.throws(() => layerNorm({ epsilon: 0 }), /layerNorm: epsilon: expected a number > 0, got 0/);
    assert.throws(() => equalised(dense({ units: 2 }), { gain: -1 }), /equalised: gain: expected a number > 0, got -1/);
    assert.throws(() => equalised(tanh()).build(vector), /equalised: layer: expected a layer with a kernel .* got tanh/);
    assert.throws(() => weightNorm(batchNorm()).build(vector), /weightNorm: layer: expected a layer with a kernel .* got batchNorm/);
    assert.throws(() => minibatchDiscrimination({ kernels: 0 }), /minibatchDiscrimination: kernels: expected an integer > 0, got 0/);
    assert.throws(() => minibatchDiscrimination().build(image), /minibatchDiscrimination: expected a vector \[n\]/);
    assert.throws(() => minibatchDeviation({ groupSize: 1 }), /minibatchDeviation: groupSize: expected an integer >= 2, got 1/);
    assert.throws(() => gaussianNoise({ deviation: -1 }), /gaussianNoise: deviation: expected a number >= 0 or a non-empty string, got -1/);
    for (const made of [() => oneHot({ classes: 1 }), () => embedding({ classes: 1, units: 2 }), () => projection({ classes: 1 }), () => adaptiveGroupNorm({ groups: 1, classes: 1 })]) {
      assert.throws(made, /classes: expected an integer >= 2, got 1/);
    }
    assert.throws(() => conditionalBatchNorm({ classes: 1 }), /conditionalBatchNorm: classes: expected an integer >= 2, got 1/);
    assert.throws(() => referenceBatch({ size: 4, layers: [batchNorm()] }), /referenceBatch: layers: expected layers that take every sample for itself, got batchNorm; virtualBatchNorm\(\)/);
  });
});

await describeOnEachBackend("normalisation and features, in the first pass", () => {
  it("refuse batches and records that do not fit", () => {
    const x = tf.ones([6, 2]);
    assert.throws(() => applied(minibatchDeviation(), x), /minibatchDeviation: groupSize: expected a divisor of the batch of 6 samples, got 4/);
    assert.throws(() => applied(referenceBatch({ size: 8, layers: [virtualBatchNorm()] }), x), /referenceBatch: size: expected at most the 6 samples of a batch, got 8/);
    assert.throws(() => applied(virtualBatchNorm(), x), /virtualBatchNorm: takes its statistics of a reference batch, and there is none/);
    assert.throws(() => applied(projection({ classes: 3 }), x, { inputs: { samples: x } }), /projection: the record has no "labels", only samples; give the network a source of labels/);
  });
});
