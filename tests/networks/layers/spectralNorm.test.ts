import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { kernelMatrix } from "../../../src/math/penalties/kernelMatrix.ts";
import { rootKey } from "../../../src/math/random/fold.ts";
import { type Tensor, type Tensors, tf } from "../../../src/math/tensor.ts";
import type { BuiltLayer, Layer, LayerResult } from "../../../src/networks/layer.ts";
import { leakyRelu } from "../../../src/networks/layers/activations.ts";
import { batchNorm } from "../../../src/networks/layers/batchNorm.ts";
import { conv2d } from "../../../src/networks/layers/conv2d.ts";
import { conv2dTranspose } from "../../../src/networks/layers/conv2dTranspose.ts";
import { dense } from "../../../src/networks/layers/dense.ts";
import { flatten } from "../../../src/networks/layers/flatten.ts";
import { layerFromSpec } from "../../../src/networks/layers/layerFromSpec.ts";
import { sequence } from "../../../src/networks/layers/sequence.ts";
import { spectralNorm } from "../../../src/networks/layers/spectralNorm.ts";
import { computeOnTheDevice, describeOnEachBackend } from "../../backends/backendsUnderTest.ts";
import { wave } from "../../backends/checkGradient.ts";
import { assert, close, describe, it } from "../../kit/kit.ts";
import { tensorOf } from "../../references/networkReferences.ts";
import { penaltyReferences, type SpectralReference } from "../../references/penaltyReferences.ts";

const mode = (isTraining: boolean) => ({ isTraining, key: rootKey(1), settings: {} });

function applied(built: BuiltLayer, input: Tensor, parameters: Tensors, buffers: Tensors, isTraining = true): LayerResult {
  return built.apply(input, { parameters, buffers, inputs: {}, mode: mode(isTraining) }) as LayerResult;
}

function layerOf({ title, kernel }: SpectralReference): Layer {
  switch (title) {
    case "dense": return dense({ units: kernel.shape[1]!, bias: false });
    case "conv2d": return conv2d({ filters: kernel.shape[3]!, bias: false });
    case "conv2dTranspose": return conv2dTranspose({ filters: kernel.shape[2]!, bias: false });
  }
}

await describeOnEachBackend("spectralNorm", (backend) => {
  computeOnTheDevice(backend);

  for (const reference of penaltyReferences.spectral) {
    const { title, iterations, passes } = reference;
    it(`of ${title}, ${iterations} iterations in each of ${passes} passes: output, gradients and u are PyTorch's to 1e-4`, async () => {
      const before = tf.memory().numTensors;
      const packed = tf.tidy(() => {
        const built = spectralNorm(layerOf(reference), { iterations }).build(reference.input.shape.slice(1));
        const [x, kernel, weights] = [tensorOf(reference.input), tensorOf(reference.kernel), tensorOf(reference.weights)];
        let u = tensorOf(reference.start);
        for (let pass = 1; pass < passes; pass++) u = applied(built, x, { kernel }, { "kernel/u": u }).buffers!["kernel/u"]!;
        const of = (at: Tensor, input: Tensor): LayerResult => applied(built, input, { kernel: at }, { "kernel/u": u });
        const gradients = tf.grads((at, input) => tf.sum(tf.mul(of(at, input).output, weights)))([kernel, x]);
        const last = of(kernel, x);
        return tf.concat([last.output, ...gradients, last.buffers!["kernel/u"]!].map((tensor) => tf.reshape(tensor, [-1])));
      });
      const values = await packed.data();
      packed.dispose();
      close(values, [reference.output, reference.inKernel, reference.inInput, reference.u].flatMap(({ values: all }) => [...all]), 1e-4, "output, gradients in kernel and input, u");
      assert.equal(tf.memory().numTensors, before, "tensors are left behind");
    });
  }

  it("normalises every kernel of a sequence: after some passes each largest singular value is 1 ± 0.02 by SVD", async () => {
    const inner = sequence({ layers: [conv2d({ filters: 3 }), leakyRelu(), conv2dTranspose({ filters: 2 }), flatten(), dense({ units: 6 })] });
    const built = spectralNorm(inner).build([4, 4, 2]);
    assert.deepEqual(
      Object.fromEntries(Object.entries(built.buffers!).map(([name, { shape }]) => [name, shape])),
      { "conv2d1/kernel/u": [3], "conv2dTranspose1/kernel/u": [2], "dense1/kernel/u": [6] },
    );
    const shapes: number[][] = [];
    const packed = tf.tidy(() => {
      const parameters = Object.fromEntries(Object.entries(built.parameters!).map(([name, { shape }], i) => [name, tf.mul(wave(shape, i), 3)]));
      let buffers: Tensors = Object.fromEntries(Object.entries(built.buffers!).map(([name, { shape }], i) => [name, wave(shape, 20 + i)]));
      const x = wave([2, 4, 4, 2], 9);
      for (let pass = 0; pass < 40; pass++) buffers = applied(built, x, parameters, buffers).buffers!;
      // Scaling a kernel does not change what the layer computes; the kernel it computes with is W / σ.
      return tf.concat(Object.keys(built.buffers!).flatMap((name) => {
        const kernel = name.slice(0, -2);
        const matrix = kernelMatrix(parameters[kernel]!, built.parameters![kernel]!.outputAxis);
        shapes.push(matrix.shape);
        const u = tf.reshape(buffers[name]!, [-1, 1]);
        const sigma = tf.sqrt(tf.sum(tf.square(tf.matMul(matrix, u))));
        return [tf.reshape(tf.div(matrix, sigma), [-1])];
      }));
    });
    const values = await packed.data();
    packed.dispose();
    let start = 0;
    for (const [rows, columns] of shapes as [number, number][]) {
      const matrix = Matrix.from1DArray(rows, columns, [...values.subarray(start, (start += rows * columns))]);
      const { norm2 } = new SingularValueDecomposition(matrix);
      assert.ok(Math.abs(norm2 - 1) <= 0.02, `the largest singular value is ${norm2}`);
    }
  });

  it("computes with a matrix of norm 1: in training and outside", async () => {
    const built = spectralNorm(dense({ units: 4, bias: false })).build([5]);
    const packed = tf.tidy(() => {
      const kernel = tf.mul(wave([5, 4], 3), 7);
      let u = wave([4], 1);
      for (let pass = 0; pass < 60; pass++) u = applied(built, wave([1, 5], 2), { kernel }, { "kernel/u": u }).buffers!["kernel/u"]!;
      const identity = tf.eye(5);
      // Applied to the identity a layer shows its matrix.
      return tf.concat([true, false].map((isTraining) => applied(built, identity, { kernel }, { "kernel/u": u }, isTraining).output));
    });
    const values = [...await packed.data()];
    packed.dispose();
    for (const half of [values.slice(0, 20), values.slice(20)]) {
      const norm = new SingularValueDecomposition(Matrix.from1DArray(5, 4, half)).norm2;
      assert.ok(Math.abs(norm - 1) <= 0.02, `the largest singular value is ${norm}`);
    }
    close(values.slice(0, 20), values.slice(20), 1e-6, "in training and outside");
  });
});

describe("spectralNorm", () => {
  it("comes back from its spec as JSON, with the name of its layer", () => {
    for (const layer of [spectralNorm(dense({ units: 3, name: "judge" })), spectralNorm(conv2d({ filters: 2 }), { iterations: 3, name: "first" })]) {
      const copy = layerFromSpec(JSON.parse(JSON.stringify(layer.spec)));
      assert.deepEqual([copy.spec, copy.name], [layer.spec, layer.name]);
      const shape = layer.name === "judge" ? [4] : [4, 4, 1];
      assert.deepEqual(Object.keys(copy.build(shape).buffers!), ["kernel/u"]);
    }
    assert.equal(spectralNorm(dense({ units: 3, name: "judge" })).name, "judge");
  });

  it("mixes samples where its layer does", () => {
    assert.equal(spectralNorm(dense({ units: 3 })).mixesSamples, undefined);
    assert.equal(spectralNorm(sequence({ layers: [dense({ units: 3 }), batchNorm()] })).mixesSamples, true);
  });

  it("refuses a layer without a kernel, and wrong options", () => {
    assert.throws(() => spectralNorm(leakyRelu()).build([3]), /spectralNorm: layer: expected a layer with a kernel .* got leakyRelu/);
    assert.throws(() => spectralNorm(dense({ units: 1 }), { iterations: 0 }), /iterations: expected an integer > 0, got 0/);
    assert.throws(() => spectralNorm("dense" as never), /layer: expected a layer, got "dense"/);
  });
});
