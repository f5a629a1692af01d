import {
  ada, adam, averageWeights, consistency, cosineSchedule, dcgan, diffAugment, dragan, experienceReplay, flatten, gaussianNoise, gradientClipping, gradientPenalty, hinge, historicalAveraging,
  instanceNoise, labelFlipping, layerNorm, leastSquares, matchFeatures, maximumLikelihood, minibatchDeviation, minibatchDiscrimination, nonSaturating, orthogonalRegularisation,
  packing, r1, r2, referenceBatch, relativistic, relativisticAverage, selfAttention, sequence, spectralNormalisation, tf, topK, unrolled, virtualBatchNorm, wasserstein, weightClipping,
  weightNorm, type AnyPlugin, type GanOptions, type Layer, type NetworkFactory, type NetworkPair, type NetworkPlan, type Objective, type View,
} from "../../../src/index.ts";

/** What a device changes in the quick start's game. */
export interface Device {
  readonly objective?: Objective;
  readonly plugins?: readonly AnyPlugin[];
  /** Put at the end of the discriminator's trunk. */
  readonly layer?: Layer;
  /** Put in the place of each of the discriminator's convolutions. */
  readonly convolution?: (layer: Layer) => Layer;
  /** A critic without batch norm, which gradient penalties refuse; compared with the same critic without the device. */
  readonly isWithoutBatchNorm?: boolean;
  readonly accumulate?: number;
  /** The discriminator's turns in a round. */
  readonly times?: number;
  readonly optimizers?: GanOptions["optimizers"];
}

const mirrored: View = {
  name: "mirrored",
  spec: { name: "mirrored" },
  of: ({ samples, ...others }) => ({ ...others, samples: tf.reverse(samples!, 2) }),
};

/** Under the names of the table in src/stabilisers/README.md; the first is measured to see how far two equal games seem apart. */
export const devices: Readonly<Record<string, Device>> = {
  "nothing": {},
  "least squares": { objective: leastSquares() },
  "hinge": { objective: hinge() },
  "Wasserstein": { objective: wasserstein() },
  "maximum likelihood": { objective: maximumLikelihood() },
  "relativistic, in pairs": { objective: relativistic() },
  "relativistic average": { objective: relativisticAverage() },
  "feature matching": { plugins: [matchFeatures()] },
  "one-sided label smoothing": { objective: nonSaturating({ smoothing: { real: 0.9 } }) },
  "weight clipping": { plugins: [weightClipping({ limit: 0.01 })] },
  "gradient penalty": { plugins: [gradientPenalty()], isWithoutBatchNorm: true },
  "DRAGAN": { plugins: [dragan()], isWithoutBatchNorm: true },
  "R1": { plugins: [r1()], isWithoutBatchNorm: true },
  "R1 every 16 rounds": { plugins: [r1({ every: 16 })], isWithoutBatchNorm: true },
  "R2": { plugins: [r2()], isWithoutBatchNorm: true },
  "spectral normalisation": { plugins: [spectralNormalisation()] },
  "orthogonal regularisation": { plugins: [orthogonalRegularisation()] },
  "consistency (bCR)": { plugins: [consistency({ augmentation: mirrored })] },
  "historical averaging": { plugins: [historicalAveraging()] },
  "gradient clipping": { plugins: [gradientClipping({ norm: 1 })] },
  "instance noise": { plugins: [instanceNoise({ deviation: 0.1 })] },
  "noise in hidden layers": { layer: gaussianNoise({ deviation: 0.5 }) },
  "DiffAugment": { plugins: [diffAugment({ policies: ["colour", "translation", "cutout"] })] },
  "adaptive augmentation (ADA, a subset)": { plugins: [ada()] },
  "packing": { plugins: [packing({ size: 2 })] },
  "label flipping": { plugins: [labelFlipping({ probability: 0.05 })] },
  "experience replay": { plugins: [experienceReplay()] },
  "top-k": { plugins: [topK({ rounds: 1000 })] },
  "unrolled, per step": { plugins: [unrolled({ steps: 1 })], isWithoutBatchNorm: true },
  "accumulated gradients, 2": { accumulate: 2 },
  "minibatch discrimination": { layer: sequence({ layers: [flatten(), minibatchDiscrimination({ kernels: 16, dimensions: 4 })] }) },
  "minibatch deviation": { layer: minibatchDeviation() },
  "layer norm": { layer: layerNorm() },
  "virtual batch norm": { layer: referenceBatch({ size: 16, layers: [virtualBatchNorm()] }) },
  "weight norm": { convolution: (layer) => weightNorm(layer) },
  "self-attention": { layer: selfAttention() },
  "two rates": { optimizers: { generator: adam({ learningRate: 1e-4, beta1: 0.5 }), discriminator: adam({ learningRate: 4e-4, beta1: 0.5 }) } },
  "more discriminator turns, 2": { times: 2 },
  "schedules": { optimizers: adam({ learningRate: cosineSchedule({ from: 2e-4, rounds: 1000 }), beta1: 0.5 }) },
  "weight averaging": { plugins: [averageWeights()] },
};

/** The quick start's networks with a device's layers. */
export function networksOf({ layer, convolution, isWithoutBatchNorm = false }: Device): NetworkPair {
  const { generator, discriminator } = dcgan({ generator: { widths: [24, 48] }, discriminator: { widths: [12, 24, 48, 96], batchNorm: !isWithoutBatchNorm } });
  if (layer === undefined && convolution === undefined) return { generator, discriminator };
  return { generator, discriminator: changed(discriminator, (plan) => ({
    ...plan,
    trunk: [...plan.trunk.map((each) => (each.spec.name === "conv2d" && convolution !== undefined ? convolution(each) : each)), ...(layer === undefined ? [] : [layer])],
  })) };
}

function changed(factory: NetworkFactory, edit: (plan: NetworkPlan) => NetworkPlan): NetworkFactory {
  return { spec: { name: "changed", options: { factory: factory.spec } }, plan: (fields) => edit(factory.plan(fields)) };
}

