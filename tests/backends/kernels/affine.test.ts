import type { Activation } from "../../../src/backends/kernels/activation.ts";
import { affineConvolution, affineProduct, affineTransposed } from "../../../src/backends/kernels/affine/affine.ts";
import { inputGradients } from "../../../src/math/penalties/inputGradients.ts";
import { type Tensor, tf } from "../../../src/math/tensor.ts";
import { assert, close, it } from "../../kit/kit.ts";
import { bothTilings, computeOnTheDevice, describeOnEachBackend } from "../backendsUnderTest.ts";
import { wave } from "../checkGradient.ts";
import { runPoisoned } from "./runPoisoned.ts";

const none: Activation = { kind: "none" };
const leaky: Activation = { kind: "rectifier", slope: 0.2 };
const relu: Activation = { kind: "rectifier", slope: 0 };
const tanh: Activation = { kind: "tanh" };

interface Case {
  readonly name: string;
  readonly shapes: readonly [x: readonly number[], kernel: readonly number[], bias: readonly number[]];
  readonly activations: readonly Activation[];
  readonly hasBias?: boolean;
  fused(x: Tensor, kernel: Tensor, bias: Tensor | undefined, activation: Activation): Tensor | undefined;
  /** Without bias and activation, of tfjs' operations. */
  linear(x: Tensor, kernel: Tensor): Tensor;
}

function product(shapes: Case["shapes"], activations: Case["activations"], hasBias = true): Case {
  return {
    name: `product of [${shapes[0]}] and [${shapes[1]}]`, shapes, activations, hasBias,
    fused: (x, kernel, bias, activation) => affineProduct({ x, kernel, bias }, activation),
    linear: (x, kernel) => tf.matMul(x, kernel),
  };
}

function convolution(shapes: Case["shapes"], strides: number, pad: "same" | "valid", activations: Case["activations"], hasBias = true): Case {
  return {
    name: `convolution of [${shapes[0]}] with [${shapes[1]}], stride ${strides}, ${pad}`, shapes, activations, hasBias,
    fused: (x, kernel, bias, activation) => affineConvolution({ x, kernel, bias }, { strides, pad }, activation),
    linear: (x, kernel) => tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, strides, pad),
  };
}

function transposed(shapes: Case["shapes"], output: readonly [number, number, number, number], strides: number, activations: Case["activations"], hasBias = true): Case {
  return {
    name: `transposed convolution of [${shapes[0]}] with [${shapes[1]}], stride ${strides}`, shapes, activations, hasBias,
    fused: (x, kernel, bias, activation) => affineTransposed({ x, kernel, bias }, output, { strides, pad: "same" }, activation),
    linear: (x, kernel) => tf.conv2dTranspose(x as tf.Tensor4D, kernel as tf.Tensor4D, [...output], strides, "same"),
  };
}

/** More rows than one thread sums, and fewer; odd batches, channels by ones, twos, fours and eights, ragged tiles; a depth that is split and added up with the bias. */
const cases: readonly Case[] = [
  product([[5, 7], [7, 3], [3]], [none, leaky, tanh]),
  product([[9, 600], [600, 12], [12]], [leaky]),
  convolution([[2, 6, 6, 1], [4, 4, 1, 3], [3]], 2, "same", [relu]),
  convolution([[3, 17, 15, 2], [3, 3, 2, 16], [16]], 1, "valid", [leaky]),
  transposed([[2, 4, 4, 3], [4, 4, 5, 3], [5]], [2, 8, 8, 5], 2, [tanh]),
  transposed([[1, 3, 3, 2], [4, 4, 12, 2], [12]], [1, 6, 6, 12], 2, [leaky], false),
];

function activated(y: Tensor, activation: Activation): Tensor {
  if (activation.kind === "rectifier") return activation.slope === 0 ? tf.relu(y) : tf.leakyRelu(y, activation.slope);
  return activation.kind === "tanh" ? tf.tanh(y) : y;
}

await describeOnEachBackend("layers with bias and activation in one kernel", (backend, device, tiles) => {
  computeOnTheDevice(backend);
  if (backend !== "webgpu") {
    it("are left to the composed ones on other backends", () => {
      const one = tf.ones([2, 2]);
      assert.equal(affineProduct({ x: one, kernel: one, bias: undefined }, leaky), undefined);
      one.dispose();
    });
    return;
  }

  // Shaders that share memory take longest to compile: one activation a case.
  const casesHere = tiles === "workgroup" ? cases.map((tested) => ({ ...tested, activations: tested.activations.slice(-1) })) : cases;
  for (const { name, shapes, activations, hasBias, fused, linear } of casesHere) {
    it(`${name}: forward and all gradients are the composed ones, ${activations.map(({ kind }) => kind).join(", ")}${hasBias ? "" : ", without bias"}`, async () => {
      const inputs = shapes.map((shape, i) => wave(shape, 3 * i + 1));
      const leaves = hasBias ? inputs : inputs.slice(0, 2);
      const before = device().memory().tensors;
      for (const activation of activations) {
        const composed = (x: Tensor, kernel: Tensor, bias?: Tensor): Tensor => activated(bias === undefined ? linear(x, kernel) : tf.add(linear(x, kernel), bias), activation);
        const inOne = (x: Tensor, kernel: Tensor, bias?: Tensor): Tensor => fused(x, kernel, bias, activation)!;
        const all = (of: (...at: [Tensor, Tensor, Tensor?]) => Tensor): Tensor[] =>
          tf.tidy(() => {
            const loss = (...at: Tensor[]): Tensor => {
              const y = of(...(at as [Tensor, Tensor, Tensor?]));
              return tf.sum(tf.mul(y, wave(y.shape, 17)));
            };
            return [of(...(leaves as [Tensor, Tensor, Tensor?])), ...tf.grads(loss as Parameters<typeof tf.grads>[0])([...leaves])];
          });
        const expected = await runPoisoned(device(), () => all(composed));
        const results = await runPoisoned(device(), () => all(inOne));
        results.forEach((result, i) => close(result, expected[i]!, 2e-5, `${activation.kind}: ${["y", "dx", "dK", "db"][i]}`));
      }
      assert.equal(device().memory().tensors, before);
      tf.dispose(inputs);
    });
  }

  for (const { name, shapes, activations, fused, linear } of casesHere.filter(({ hasBias }) => hasBias)) {
    it(`${name}: a penalty on the gradient of a pass made before, on the same tape, differentiates as with the composed ones`, async () => {
      const leaves = shapes.map((shape, i) => wave(shape, 3 * i + 1));
      const activation = activations.at(-1)!;
      const slopes = (of: (x: Tensor, kernel: Tensor, bias: Tensor) => Tensor) => (): Tensor[] =>
        tf.tidy(() =>
          tf.grads(((...at: [Tensor, Tensor, Tensor]) => {
            const y = of(...at);
            const [slope] = inputGradients(() => tf.sum(tf.mul(tf.square(y), wave(y.shape, 17))), [at[0]]);
            return tf.add(tf.sum(tf.square(slope!)), tf.sum(y));
          }) as Parameters<typeof tf.grads>[0])(leaves));
      const expected = await runPoisoned(device(), slopes((x, kernel, bias) => activated(tf.add(linear(x, kernel), bias), activation)));
      const results = await runPoisoned(device(), slopes((x, kernel, bias) => fused(x, kernel, bias, activation)!));
      results.forEach((result, i) => {
        const scale = expected[i]!.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
        close(result.map((value) => value / scale), expected[i]!.map((value) => value / scale), 2e-5, ["dx", "dK", "db"][i]);
      });
      tf.dispose(leaves);
    });
  }

  it("rectify infinities without making them no number, and saturate at any size", async () => {
    const [x, kernel, bias] = [tf.tensor2d([[-Infinity], [Infinity], [-1e4], [1e4]]), tf.ones([1, 1]), tf.zeros([1])];
    const results = await runPoisoned(device(), () => [relu, tanh].map((activation) => affineProduct({ x, kernel, bias }, activation)!));
    assert.deepEqual(results.map((values) => [...values]), [[0, Infinity, 0, 1e4], [-1, 1, -1, 1]]);
    tf.dispose([x, kernel, bias]);
  });

  it("take what was cast from truth values", async () => {
    const [x, kernel, bias] = [tf.tensor2d([[1, -1], [2, 3]]), tf.tensor2d([[1, 2, 3], [4, 5, 6]]), tf.tensor1d([1, 1, -20])];
    const [y] = await runPoisoned(device(), () => [tf.tidy(() => affineProduct({ x: tf.cast(tf.greater(x, 0), "float32"), kernel, bias }, relu)!)]);
    assert.deepEqual([...y!], [2, 3, 0, 6, 8, 0]);
    tf.dispose([x, kernel, bias]);
  });

  it("are left to the composed ones without bias and activation, and where a gradient is differentiated", () => {
    const [one, bias] = [tf.ones([2, 2]), tf.ones([2])];
    const seen: unknown[] = [affineProduct({ x: one, kernel: one })];
    const inner = (x: Tensor): Tensor => {
      seen.push(affineProduct({ x, kernel: one, bias }, leaky));
      return tf.square(x);
    };
    tf.tidy(() => tf.grad((x) => tf.grad(inner)(x))(one));
    assert.deepEqual(seen, [undefined, undefined]);
    tf.dispose([one, bias]);
  });
}, bothTilings);
