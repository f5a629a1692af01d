import type { Activation } from "../../../src/backends/kernels/activation.ts";
import { affineConvolution, affineKernels } from "../../../src/backends/kernels/affine/affine.ts";
import { rootKey } from "../../../src/math/random/fold.ts";
import { inputGradients } from "../../../src/math/penalties/inputGradients.ts";
import { repeatPixels } from "../../../src/math/repeatPixels.ts";
import { sumBlocks } from "../../../src/math/sumBlocks.ts";
import { type Tensor, tf } from "../../../src/math/tensor.ts";
import { resizeConv } from "../../../src/networks/layers/resizeConv.ts";
import { assert, close, it } from "../../kit/kit.ts";
import { bothTilings, computeOnTheDevice, describeOnEachBackend } from "../backendsUnderTest.ts";
import { checkFirstOrder, checkSecondOrder, wave } from "../checkGradient.ts";
import { runPoisoned } from "./runPoisoned.ts";

type Image = readonly [batch: number, height: number, width: number, channels: number];
interface Case {
  readonly image: Image;
  readonly kernel: number;
  readonly filters: number;
  readonly factor: number;
  readonly activation: Activation;
  readonly hasBias: boolean;
}

const none: Activation = { kind: "none" };
const leaky: Activation = { kind: "rectifier", slope: 0.2 };
const tanh: Activation = { kind: "tanh" };

/** Odd sides and batches, even kernels, one tap, channels by ones and by fours, ragged tiles, more rows than one thread sums. */
const cases: readonly Case[] = [
  { image: [2, 3, 5, 1], kernel: 3, filters: 3, factor: 2, activation: leaky, hasBias: true },
  { image: [3, 4, 3, 4], kernel: 4, filters: 8, factor: 3, activation: tanh, hasBias: true },
  { image: [1, 5, 1, 3], kernel: 5, filters: 12, factor: 2, activation: none, hasBias: false },
  { image: [5, 7, 6, 2], kernel: 3, filters: 5, factor: 3, activation: leaky, hasBias: true },
  { image: [2, 2, 3, 8], kernel: 1, filters: 1, factor: 2, activation: tanh, hasBias: false },
  { image: [2, 4, 4, 4], kernel: 3, filters: 4, factor: 1, activation: leaky, hasBias: true },
];
const titleOf = ({ image, kernel, filters, factor, activation, hasBias }: Case): string =>
  `[${image}] × ${factor}, kernel ${kernel}, ${filters} filters, ${activation.kind}${hasBias ? "" : ", without bias"}`;

function activated(y: Tensor, activation: Activation): Tensor {
  if (activation.kind === "rectifier") return tf.leakyRelu(y, activation.slope);
  return activation.kind === "tanh" ? tf.tanh(y) : y;
}

/** The sum by its definition, in double precision: pixel (i, j) of the large image is pixel (⌊i / factor⌋, ⌊j / factor⌋) of the small one. */
function byDefinition({ image: [batch, height, width, channels], kernel, filters, factor }: Case, x: ArrayLike<number>, weights: ArrayLike<number>): number[] {
  const [high, wide, before] = [height * factor, width * factor, Math.floor((kernel - 1) / 2)];
  return Array.from({ length: batch * high * wide * filters }, (_, index) => {
    const [n, column, row, b] = [index % filters, Math.floor(index / filters) % wide, Math.floor(index / (filters * wide)) % high, Math.floor(index / (filters * wide * high))];
    let sum = 0;
    for (let u = 0; u < kernel; u++) {
      for (let v = 0; v < kernel; v++) {
        const [i, j] = [row + u - before, column + v - before];
        if (i < 0 || i >= high || j < 0 || j >= wide) continue;
        const from = ((b * height + Math.floor(i / factor)) * width + Math.floor(j / factor)) * channels;
        for (let c = 0; c < channels; c++) sum += x[from + c]! * weights[((u * kernel + v) * channels + c) * filters + n]!;
      }
    }
    return sum;
  });
}

const leavesOf = ({ image, kernel, filters, hasBias }: Case): Tensor[] =>
  [[...image], [kernel, kernel, image[3], filters], ...(hasBias ? [[filters]] : [])].map((shape, i) => wave(shape, 3 * i + 1));

await describeOnEachBackend("upsampling and convolution in one", (backend, device, tiles) => {
  computeOnTheDevice(backend);
  // Every shape is shaders to compile; the tilings share all but the products.
  const casesHere = tiles === "workgroup" ? cases.slice(0, 2) : cases;

  for (const each of casesHere) {
    it(`resizeConv of ${titleOf(each)}: is the sum by its definition`, async () => {
      const [x, kernel, bias] = leavesOf(each) as [Tensor, Tensor, Tensor?];
      const { image: [, ...shape], filters, factor } = each;
      const layer = resizeConv({ filters, kernel: each.kernel, factor, bias: each.hasBias }).build(shape);
      const context = { parameters: { kernel, ...(bias === undefined ? {} : { bias }) }, buffers: {}, inputs: {}, mode: { isTraining: true, key: rootKey(1), settings: {} } };
      const [y] = await runPoisoned(device(), () => [tf.tidy(() => layer.apply(x, context) as Tensor)]);
      const offsets = bias === undefined ? [0] : await bias.data();
      close(y!, byDefinition(each, await x.data(), await kernel.data()).map((sum, i) => sum + offsets[i % offsets.length]!), 2e-5);
      tf.dispose([x, kernel, ...(bias === undefined ? [] : [bias])]);
    });
  }

  it("resizeConv has the right first and second derivatives", async () => {
    for (const factor of [2, 3]) {
      const layer = resizeConv({ filters: 2, factor }).build([2, 3, 2]);
      const of = (x: Tensor, kernel: Tensor, bias: Tensor): Tensor =>
        tf.tanh(layer.apply(x, { parameters: { kernel, bias }, buffers: {}, inputs: {}, mode: { isTraining: true, key: rootKey(1), settings: {} } }) as Tensor);
      const checked = { name: `factor ${factor}`, inputs: [[2, 2, 3, 2], [3, 3, 2, 2], [2]], of: (...[x, kernel, bias]: readonly Tensor[]) => of(x!, tf.mul(kernel!, 0.3), bias!) };
      await checkFirstOrder(checked, 2e-3);
      await checkSecondOrder(checked, 5e-3);
    }
  });

  it("sums blocks: by hand, and as the gradient of repeated pixels", async () => {
    const [x, ones] = [wave([3, 6, 12, 4], 1), tf.ones([1, 4, 2, 1])];
    const blocks = await runPoisoned(device(), () => tf.tidy(() => [sumBlocks(x, 2), sumBlocks(x, 3), sumBlocks(ones, 2)]));
    for (const [i, factor] of [2, 3].entries()) {
      const small = tf.zeros([3, 6 / factor, 12 / factor, 4]);
      const slope = tf.grad((at: Tensor) => tf.sum(tf.mul(repeatPixels(at, factor), x)))(small);
      close(blocks[i]!, (await slope.data()) as Float32Array, 1e-6, `factor ${factor}`);
      tf.dispose([small, slope]);
    }
    assert.deepEqual([...blocks[2]!], [4, 4]);
    tf.dispose([x, ones]);
  });

  if (backend !== "webgpu") {
    it("is left to the composed one on other backends", () => {
      const one = tf.ones([1, 2, 2, 1]);
      assert.equal(tf.getKernel(affineKernels.convolution, backend), undefined);
      assert.equal(affineConvolution({ x: one, kernel: one, bias: undefined }, { strides: 1, pad: "same", upsample: 2 }, leaky), undefined);
      one.dispose();
    });
    return;
  }

  const fused = ({ factor, activation }: Case) => (x: Tensor, kernel: Tensor, bias?: Tensor): Tensor =>
    affineConvolution({ x, kernel, bias }, { strides: 1, pad: "same", upsample: factor }, activation)!;
  const composed = ({ factor, activation }: Case) => (x: Tensor, kernel: Tensor, bias?: Tensor): Tensor => {
    const y = tf.conv2d(repeatPixels(x, factor) as tf.Tensor4D, kernel as tf.Tensor4D, 1, "same");
    return activated(bias === undefined ? y : tf.add(y, bias), activation);
  };

  for (const each of casesHere) {
    it(`${titleOf(each)}: forward and all gradients are the composed ones`, async () => {
      const leaves = leavesOf(each);
      const before = device().memory().tensors;
      const all = (of: (x: Tensor, kernel: Tensor, bias?: Tensor) => Tensor) => (): Tensor[] =>
        tf.tidy(() => {
          const at = (...given: Tensor[]): Tensor => of(...(given as [Tensor, Tensor, Tensor?]));
          const loss = (...given: Tensor[]): Tensor => {
            const y = at(...given);
            return tf.sum(tf.mul(y, wave(y.shape, 17)));
          };
          return [at(...leaves), ...tf.grads(loss as Parameters<typeof tf.grads>[0])(leaves)];
        });
      const expected = await runPoisoned(device(), all(composed(each)));
      const results = await runPoisoned(device(), all(fused(each)));
      results.forEach((result, i) => close(result, expected[i]!, 2e-5, ["y", "dx", "dK", "db"][i]));
      assert.equal(device().memory().tensors, before);
      tf.dispose(leaves);
    });

    it(`${titleOf(each)}: a penalty on the gradient of a pass made before differentiates as with the composed ones`, async () => {
      const leaves = leavesOf(each);
      const slopes = (of: (x: Tensor, kernel: Tensor, bias?: Tensor) => Tensor) => (): Tensor[] =>
        tf.tidy(() =>
          tf.grads(((...given: [Tensor, Tensor, Tensor?]) => {
            const y = of(...given);
            const [slope] = inputGradients(() => tf.sum(tf.mul(tf.square(y), wave(y.shape, 17))), [given[0]]);
            return tf.add(tf.sum(tf.square(slope!)), tf.sum(y));
          }) as Parameters<typeof tf.grads>[0])(leaves));
      const expected = await runPoisoned(device(), slopes(composed(each)));
      const results = await runPoisoned(device(), slopes(fused(each)));
      results.forEach((result, i) => {
        const scale = expected[i]!.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
        close(result.map((value) => value / scale), expected[i]!.map((value) => value / scale), 2e-5, ["dx", "dK", "db"][i]);
      });
      tf.dispose(leaves);
    });
  }

  it("takes images that were cast from truth values", async () => {
    const [x, kernel] = [wave([2, 3, 3, 2], 1), wave([3, 3, 2, 4], 2)];
    const both = (of: (x: Tensor, kernel: Tensor) => Tensor) => (): Tensor[] =>
      tf.tidy(() => {
        const mask = tf.cast(tf.greater(x, 0), "float32");
        return [of(mask, kernel), tf.grad((weights: Tensor) => tf.sum(tf.square(of(mask, weights))))(kernel)];
      });
    const [given] = cases.filter(({ activation }) => activation === none);
    const [expected, results] = [await runPoisoned(device(), both(composed(given!))), await runPoisoned(device(), both(fused(given!)))];
    results.forEach((result, i) => close(result, expected[i]!, 2e-5));
    tf.dispose([x, kernel]);
  });

  it("is left to the composed one where a gradient is differentiated", () => {
    const [one, kernel] = [tf.ones([1, 2, 2, 1]), tf.ones([1, 1, 1, 1])];
    let inside: unknown = "not run";
    tf.tidy(() => tf.grad((x) => tf.grad((at) => {
      inside = affineConvolution({ x: at, kernel, bias: undefined }, { strides: 1, pad: "same", upsample: 2 });
      return tf.square(at);
    })(x))(one));
    assert.equal(inside, undefined);
    tf.dispose([one, kernel]);
  });
}, bothTilings);
