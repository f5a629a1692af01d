import { type Tensor, tf } from "../../src/math/tensor.ts";
import { assert, it } from "../kit/kit.ts";
import { computeOnTheDevice, describeOnEachBackend } from "./backendsUnderTest.ts";
import { checkFirstOrder, checkSecondOrder, type GradientCase } from "./checkGradient.ts";

const image = [2, 5, 5, 2];
const four = (t: Tensor): tf.Tensor4D => t as tf.Tensor4D;
const unary = (name: string, of: (x: Tensor) => Tensor, options: Partial<GradientCase> = {}): GradientCase => ({
  name,
  inputs: [[3, 4]],
  of: (x) => of(x!),
  ...options,
});

/** Everything our layers, objectives and penalties are made of; each is right in first and in second order. */
const cases: readonly GradientCase[] = [
  { name: "matMul", inputs: [[3, 4], [4, 2]], of: (x, w) => tf.square(tf.matMul(x!, w!)) },
  { name: "matMul, both transposed", inputs: [[4, 3], [2, 4]], of: (x, w) => tf.square(tf.matMul(x!, w!, true, true)) },
  { name: "dense layer with bias", inputs: [[3, 4], [4, 2], [2]], of: (x, w, b) => tf.tanh(tf.add(tf.matMul(x!, w!), b!)) },
  { name: "conv2d, stride 1, same", inputs: [image, [3, 3, 2, 3]], of: (x, w) => tf.square(tf.conv2d(four(x!), four(w!), 1, "same")) },
  { name: "conv2d, stride 2, same", inputs: [image, [4, 4, 2, 3]], of: (x, w) => tf.square(tf.conv2d(four(x!), four(w!), 2, "same")) },
  { name: "conv2d, stride 2, valid", inputs: [image, [3, 3, 2, 3]], of: (x, w) => tf.square(tf.conv2d(four(x!), four(w!), 2, "valid")) },
  {
    name: "conv2dTranspose, stride 2",
    inputs: [[2, 3, 3, 2], [4, 4, 3, 2]],
    of: (x, w) => tf.square(tf.conv2dTranspose(four(x!), four(w!), [2, 6, 6, 3], 2, "same")),
  },
  {
    name: "two convolutions, leaky ReLU and bias",
    inputs: [[2, 4, 4, 1], [4, 4, 1, 2], [2], [2, 2, 2, 1]],
    // ±2 keeps every value away from the kink.
    of: (x, v, b, w) => {
      const hidden = tf.add(tf.conv2d(four(x!), four(v!), 2, "same"), tf.add(b!, tf.tensor1d([2, -2])));
      return tf.square(tf.conv2d(four(tf.leakyRelu(hidden, 0.2)), four(w!), 1, "valid"));
    },
  },
  {
    name: "batch norm from primitives",
    inputs: [[4, 3], [3], [3]],
    of: (x, scale, offset) => {
      const { mean, variance } = tf.moments(x!, [0]);
      return tf.add(tf.mul(tf.mul(tf.sub(x!, mean), tf.rsqrt(tf.add(variance, 1e-2))), scale!), offset!);
    },
  },
  {
    name: "batch norm from moments and tf.batchNorm",
    inputs: [[3, 2, 2, 2], [2], [2]],
    of: (x, scale, offset) => {
      const { mean, variance } = tf.moments(x!, [0, 1, 2]);
      return tf.batchNorm(four(x!), mean as tf.Tensor1D, variance as tf.Tensor1D, offset as tf.Tensor1D, scale as tf.Tensor1D, 1e-2);
    },
  },
  unary("relu", (x) => tf.square(tf.relu(x))),
  unary("leakyRelu", (x) => tf.square(tf.leakyRelu(x, 0.2))),
  { name: "prelu", inputs: [[3, 4], [4]], of: (x, alpha) => tf.square(tf.prelu(x!, alpha!)) },
  unary("tanh", tf.tanh),
  unary("sigmoid", tf.sigmoid),
  unary("silu", (x) => tf.mul(x, tf.sigmoid(x))),
  unary("softplus", tf.softplus),
  unary("elu", tf.elu),
  unary("selu", tf.selu),
  unary("exp", tf.exp),
  unary("log", tf.log, { isPositive: true }),
  unary("sqrt", tf.sqrt, { isPositive: true }),
  unary("rsqrt", tf.rsqrt, { isPositive: true }),
  unary("square", tf.square),
  unary("abs", (x) => tf.square(tf.abs(x))),
  { name: "pow in base and exponent", inputs: [[3, 4], [4]], isPositive: true, of: (a, b) => tf.pow(a!, b!) },
  { name: "division", inputs: [[3, 4], [4]], of: (a, b) => tf.div(a!, b!) },
  unary("mean", (x) => tf.square(tf.mean(x, 0))),
  unary("sum", (x) => tf.square(tf.sum(x, 1, true))),
  unary("moments", (x) => tf.sqrt(tf.add(tf.moments(x, 0).variance, 0.1))),
  unary("norm of the rows", (x) => tf.sqrt(tf.add(tf.sum(tf.square(x), 1), 1e-3))),
  unary("reshape and transpose", (x) => tf.square(tf.transpose(tf.reshape(x, [2, 6])))),
  { name: "concat", inputs: [[3, 2], [3, 4]], of: (a, b) => tf.square(tf.concat([a!, b!], 1)) },
  unary("slice", (x) => tf.square(tf.slice(x, [1, 1], [2, 2]))),
  unary("split", (x) => tf.square(tf.split(x, 2, 1)[0]!)),
  unary("pad", (x) => tf.square(tf.pad(x, [[1, 0], [0, 2]]))),
  unary("mirrorPad, reflect", (x) => tf.square(tf.mirrorPad(x, [[1, 2], [0, 3]], "reflect"))),
  unary("mirrorPad, symmetric", (x) => tf.square(tf.mirrorPad(x, [[1, 2], [0, 3]], "symmetric"))),
  unary("tile", (x) => tf.square(tf.tile(x, [2, 3]))),
  { name: "gather", inputs: [[4, 3]], of: (table) => tf.square(tf.gather(table!, tf.tensor1d([2, 0, 2], "int32"))) },
  unary("max over the last axis", (x) => tf.square(tf.max(tf.add(tf.reshape(x, [3, 2, 2]), tf.tensor1d([0, 3])), 2))),
  unary("min over the first axis", (x) => tf.square(tf.min(tf.add(x, tf.tensor2d([[3], [0], [6]])), 0))),
  unary("maximum with a number", (x) => tf.square(tf.maximum(x, tf.mul(x, 0.1)))),
  { name: "minimum, broadcast", inputs: [[3, 4], [4]], of: (a, b) => tf.square(tf.minimum(a!, tf.mul(3, b!))) },
  unary("clipByValue", (x) => tf.square(tf.clipByValue(x, -0.5, 0.5))),
  unary("where", (x) => tf.where(tf.greater(x, 0), tf.square(x), tf.mul(x, 3))),
  unary("softmax", (x) => tf.square(tf.softmax(x))),
  unary("logSoftmax", (x) => tf.logSoftmax(x)),
  {
    name: "sigmoid cross entropy",
    inputs: [[3, 4]],
    of: (x) => tf.losses.sigmoidCrossEntropy(tf.fill([3, 4], 0.9), x!),
  },
  {
    name: "nearest neighbours by reshape and tile",
    inputs: [[2, 2, 3, 2]],
    of: (x) => tf.square(tf.reshape(tf.tile(tf.reshape(x!, [2, 2, 1, 3, 1 * 2]), [1, 1, 2, 1, 2]), [2, 4, 6, 2])),
  },
  { name: "resizeNearestNeighbor", inputs: [[2, 3, 3, 1]], of: (x) => tf.square(tf.image.resizeNearestNeighbor(four(x!), [6, 5])) },
  {
    name: "resizeNearestNeighbor, half-pixel centres",
    inputs: [[2, 4, 4, 1]],
    of: (x) => tf.square(tf.image.resizeNearestNeighbor(four(x!), [3, 2], false, true)),
  },
  { name: "resizeBilinear", inputs: [[2, 3, 3, 1]], of: (x) => tf.square(tf.image.resizeBilinear(four(x!), [5, 4])) },
  {
    name: "resizeBilinear, half-pixel centres",
    inputs: [[2, 3, 3, 1]],
    of: (x) => tf.square(tf.image.resizeBilinear(four(x!), [6, 2], false, true)),
  },
  {
    name: "resizeBilinear, aligned corners",
    inputs: [[2, 3, 3, 1]],
    of: (x) => tf.square(tf.image.resizeBilinear(four(x!), [5, 7], true)),
  },
  { name: "avgPool, 2 × 2", inputs: [[2, 4, 4, 2]], of: (x) => tf.square(tf.avgPool(four(x!), 2, 2, "valid")) },
  { name: "avgPool, 3 × 3, same, overlapping", inputs: [[2, 5, 5, 1]], of: (x) => tf.square(tf.avgPool(four(x!), 3, 2, "same")) },
];

/** What tfjs cannot differentiate twice must say so. */
const refused: readonly GradientCase[] = [
  { name: "maxPool", inputs: [[1, 4, 4, 1]], of: (x) => tf.square(tf.maxPool(four(x!), 2, 2, "valid")) },
  {
    name: "depthwiseConv2d",
    inputs: [[1, 4, 4, 1], [2, 2, 1, 1]],
    of: (x, w) => tf.square(tf.depthwiseConv2d(four(x!), four(w!), 1, "valid")),
  },
];

await describeOnEachBackend("gradients", (backend, device) => {
  computeOnTheDevice(backend);

  it("saves inputs and outputs for the backward pass without operations of its own, and lets go of them", () => {
    const before = device().memory().tensors;
    const operations: string[] = [];
    const slope = tf.tidy(() => tf.grad((x) => {
      const y = tf.mul(tf.tanh(x), x);
      operations.push(...tf.engine().state.activeTape.map(({ kernelName }) => kernelName));
      return y;
    })(tf.scalar(1)));
    assert.deepEqual(operations, ["Tanh", "Multiply"]);
    slope.dispose();
    assert.equal(device().memory().tensors, before);
  });

  for (const tested of cases) {
    it(`${tested.name}: first order agrees with central differences`, () => checkFirstOrder(tested, 1e-3));
    it(`${tested.name}: second order agrees with central differences`, () => checkSecondOrder(tested, 2e-3));
  }
  for (const tested of refused) {
    it(`${tested.name}: second order is refused, not wrong`, async () => {
      await assert.rejects(checkSecondOrder(tested, 1e-2), /gradient function not found|not registered for backend/);
    });
  }
});
