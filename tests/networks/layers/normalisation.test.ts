import { rootKey } from "../../../src/math/random/fold.ts";
import { type Tensor, type Tensors, tf } from "../../../src/math/tensor.ts";
import type { Layer, LayerContext } from "../../../src/networks/layer.ts";
import { tanh } from "../../../src/networks/layers/activations.ts";
import { batchNorm } from "../../../src/networks/layers/batchNorm.ts";
import { conditionalBatchNorm } from "../../../src/networks/layers/conditionalBatchNorm.ts";
import { conv2d } from "../../../src/networks/layers/conv2d.ts";
import { conv2dTranspose } from "../../../src/networks/layers/conv2dTranspose.ts";
import { dense } from "../../../src/networks/layers/dense.ts";
import { equalised } from "../../../src/networks/layers/equalised.ts";
import { groupNorm } from "../../../src/networks/layers/groupNorm.ts";
import { instanceNorm } from "../../../src/networks/layers/instanceNorm.ts";
import { layerNorm } from "../../../src/networks/layers/layerNorm.ts";
import { logSumExp } from "../../../src/networks/layers/logSumExp.ts";
import { maxout } from "../../../src/networks/layers/maxout.ts";
import { minibatchDeviation } from "../../../src/networks/layers/minibatchDeviation.ts";
import { minibatchDiscrimination } from "../../../src/networks/layers/minibatchDiscrimination.ts";
import { pixelNorm } from "../../../src/networks/layers/pixelNorm.ts";
import { projection } from "../../../src/networks/layers/projection.ts";
import { referenceBatch } from "../../../src/networks/layers/referenceBatch.ts";
import { selfAttention } from "../../../src/networks/layers/selfAttention.ts";
import { virtualBatchNorm } from "../../../src/networks/layers/virtualBatchNorm.ts";
import { weightNorm } from "../../../src/networks/layers/weightNorm.ts";
import { computeOnTheDevice, describeOnEachBackend } from "../../backends/backendsUnderTest.ts";
import { checkFirstOrder, checkSecondOrder, type GradientCase, wave } from "../../backends/checkGradient.ts";
import { it } from "../../kit/kit.ts";
import { normalisationReferences } from "../../references/networkReferences.ts";
import { itIsPytorchs } from "./itIsPytorchs.ts";

const epsilon = 1e-2;
const image = [2, 3, 3, 4];

/** A layer as a function of its input and its parameters, in training. */
function gradientCase(layer: Layer, input: readonly number[], more: () => Partial<LayerContext> = () => ({})): GradientCase {
  const built = layer.build(input.slice(1));
  const plans = Object.entries(built.parameters ?? {});
  return {
    name: `${layer.spec.name} of [${input.join(", ")}]${layer.spec.options?.["layer"] === undefined ? "" : ` and ${plans.map(([name]) => name).join(", ")}`}`,
    inputs: [input, ...plans.map(([, { shape }]) => shape)],
    of(x, ...values) {
      const parameters = Object.fromEntries(plans.map(([name], i) => [name, values[i]!]));
      const context = { parameters, buffers: {}, inputs: {}, mode: { isTraining: true, key: rootKey(1), settings: {} }, ...more() };
      const result = built.apply(x!, context);
      const output = "output" in result ? result.output : result;
      return tf.square(output as Tensor);
    },
  };
}

const statistics = (channels: number): Tensors => ({ mean: tf.zeros([channels]), variance: tf.ones([channels]) });

/** Maxout whose pieces are far apart, another one the largest in each unit: a step over a kink has no derivative. */
const clearMaxout: Layer = {
  ...maxout({ units: 3, pieces: 3 }),
  build(input) {
    const built = maxout({ units: 3, pieces: 3 }).build(input);
    const lifted = [9, 0, 0, 0, 9, 0, 0, 0, 9];
    return { ...built, apply: (x, at) => built.apply(x, { ...at, parameters: { ...at.parameters, bias: tf.add(at.parameters["bias"]!, tf.tensor1d(lifted)) } }) };
  },
};

/** Layers through which a gradient is differentiated again: in a critic under a penalty on it, or an unrolled discriminator. */
const twice: readonly GradientCase[] = [
  gradientCase(layerNorm({ epsilon }), [3, 4]),
  gradientCase(layerNorm({ epsilon }), image),
  gradientCase(instanceNorm({ epsilon, affine: true }), image),
  gradientCase(groupNorm({ groups: 2, epsilon }), [3, 4]),
  gradientCase(groupNorm({ groups: 2, epsilon }), image),
  gradientCase(logSumExp(), [3, 4]),
  gradientCase(pixelNorm({ epsilon }), [3, 4]),
  gradientCase(pixelNorm({ epsilon }), image),
  gradientCase(equalised(dense({ units: 2 })), [3, 4]),
  gradientCase(equalised(conv2d({ filters: 2, kernel: 3 })), image),
  gradientCase(weightNorm(dense({ units: 2 })), [3, 4]),
  gradientCase(weightNorm(dense({ units: 2 }), { isLengthTrained: false }), [3, 4], () => ({ buffers: { length: tf.tensor1d([0.5, 2]) } })),
  gradientCase(weightNorm(conv2d({ filters: 2, kernel: 3 })), image),
  gradientCase(weightNorm(conv2dTranspose({ filters: 2, kernel: 2 })), [2, 2, 2, 3]),
  gradientCase(selfAttention({ channels: 2 }), image),
  gradientCase(projection({ classes: 4 }), [3, 4], () => ({ inputs: { labels: tf.tensor1d([2, 0, 2], "int32") } })),
  gradientCase(clearMaxout, [3, 4]),
  // Of two samples the deviation is |a − b| / 2: ε rounds its kink off.
  gradientCase(minibatchDeviation({ groupSize: 2, epsilon: 0.1 }), [4, 3]),
  gradientCase(minibatchDeviation({ epsilon: 0.1 }), image),
  gradientCase(minibatchDiscrimination({ kernels: 2, dimensions: 2 }), [3, 4]),
  gradientCase(batchNorm({ epsilon }), [4, 3], () => ({ buffers: statistics(3) })),
  gradientCase(batchNorm({ epsilon }), image, () => ({ buffers: statistics(4) })),
  gradientCase(conditionalBatchNorm({ classes: 3, epsilon }), [4, 3], () => ({ buffers: statistics(3), inputs: { labels: tf.tensor1d([2, 0, 2, 1], "int32") } })),
  gradientCase(conditionalBatchNorm({ classes: 3, epsilon }), image, () => ({ buffers: statistics(4), inputs: { labels: tf.tensor1d([2, 0], "int32") } })),
  gradientCase(referenceBatch({ size: 2, layers: [dense({ units: 3 }), virtualBatchNorm({ epsilon }), tanh()] }), [3, 4], () => ({
    buffers: { reference: wave([2, 4], 3), isCaptured: tf.scalar(1) },
  })),
];

await describeOnEachBackend("normalisation and discriminator features", (backend) => {
  computeOnTheDevice(backend);
  for (const reference of normalisationReferences.layers) itIsPytorchs(reference);
  for (const tested of twice) {
    it(`${tested.name}: both orders of its gradient agree with central differences`, async () => {
      await checkFirstOrder(tested, 1e-3);
      await checkSecondOrder(tested, 2e-3);
    });
  }
});
