/**
 * What each training device costs: the round of the quick start's DCGAN on MNIST with it, as a ratio of the round
 * without, measured in pairs within one run. The table in src/stabilisers/README.md is made of its lines.
 *
 *   bun tests/bench/deviceCosts.ts [--backend wasm] [--pairs 3] [--only r1,hinge]
 */
import { parseArgs } from "node:util";
import {
  adam, dcgan, diffAugment, digits, discriminatorStep, dragan, flatten, gan, gaussian, generatorStep, gradientClipping, gradientPenalty, groupNorm,
  hinge, historicalAveraging, instanceNoise, instanceNorm, labelFlipping, layerNorm, leastSquares, matchFeatures, maximumLikelihood, minibatchDeviation,
  minibatchDiscrimination, nonSaturating, orthogonalRegularisation, packing, r1, r2, relativisticAverage, selfAttention, sequence, spectralNormalisation, topK,
  trainUnordered$, unrolled, wasserstein, weightClipping, type AnyPlugin, type BackendChoice, type Layer, type NetworkFactory, type Objective,
} from "../../src/index.ts";

const ROUNDS = 12;
const WARM_UP = 4;
const { values: options } = parseArgs({
  options: { backend: { type: "string", default: "wasm" }, pairs: { type: "string", default: "3" }, only: { type: "string" } },
});

interface Device {
  readonly objective?: Objective;
  readonly plugins?: readonly AnyPlugin[];
  /** Put at the end of the discriminator's trunk. */
  readonly layer?: Layer;
  /** A critic without batch norm, which gradient penalties refuse; compared with the same critic without the device. */
  readonly isWithoutBatchNorm?: boolean;
  readonly accumulate?: number;
}

const devices: Readonly<Record<string, Device>> = {
  "least squares": { objective: leastSquares() },
  "hinge": { objective: hinge() },
  "Wasserstein": { objective: wasserstein() },
  "maximum likelihood": { objective: maximumLikelihood() },
  "relativistic average": { objective: relativisticAverage() },
  "feature matching": { plugins: [matchFeatures()] },
  "one-sided label smoothing": { objective: nonSaturating({ smoothing: { real: 0.9 } }) },
  "weight clipping": { plugins: [weightClipping({ limit: 0.01 })] },
  "gradient penalty": { plugins: [gradientPenalty()], isWithoutBatchNorm: true },
  "DRAGAN": { plugins: [dragan()], isWithoutBatchNorm: true },
  "R1": { plugins: [r1()], isWithoutBatchNorm: true },
  "R1, every 16": { plugins: [r1({ every: 16 })], isWithoutBatchNorm: true },
  "R2": { plugins: [r2()], isWithoutBatchNorm: true },
  "spectral normalisation": { plugins: [spectralNormalisation()] },
  "orthogonal regularisation": { plugins: [orthogonalRegularisation()] },
  "historical averaging": { plugins: [historicalAveraging()] },
  "gradient clipping": { plugins: [gradientClipping({ norm: 1 })] },
  "instance noise": { plugins: [instanceNoise({ deviation: 0.1 })] },
  "DiffAugment": { plugins: [diffAugment({ policies: ["colour", "translation", "cutout"] })] },
  "packing, 2": { plugins: [packing({ size: 2 })] },
  "label flipping": { plugins: [labelFlipping({ probability: 0.05 })] },
  "top-k": { plugins: [topK({ rounds: 1000 })] },
  "unrolled, 1": { plugins: [unrolled({ steps: 1 })], isWithoutBatchNorm: true },
  "accumulation, 2": { accumulate: 2 },
  "minibatch discrimination": { layer: sequence({ layers: [flatten(), minibatchDiscrimination({ kernels: 16, dimensions: 4 })] }) },
  "minibatch deviation": { layer: minibatchDeviation() },
  "layer norm": { layer: layerNorm() },
  "instance norm": { layer: instanceNorm() },
  "group norm": { layer: groupNorm({ groups: 4 }) },
  "self-attention": { layer: selfAttention() },
};

function ended(factory: NetworkFactory, layer: Layer | undefined): NetworkFactory {
  if (layer === undefined) return factory;
  return {
    spec: { name: "ended", options: { inner: factory.spec, layer: layer.spec } },
    plan: (fields) => {
      const plan = factory.plan(fields);
      // Before the head flattens it.
      return { ...plan, trunk: [...plan.trunk, layer] };
    },
  };
}

/** Median milliseconds of a round. */
async function roundMs({ objective = nonSaturating(), plugins = [], layer, isWithoutBatchNorm = false, accumulate = 1 }: Device): Promise<number> {
  const networks = dcgan({ generator: { widths: [24, 48] }, discriminator: { widths: [12, 24, 48, 96], batchNorm: !isWithoutBatchNorm } });
  const marks: number[] = [];
  const training = trainUnordered$(
    gan({
      data: digits({ batchSize: 32 }),
      noise: gaussian(16),
      networks: { generator: networks.generator, discriminator: ended(networks.discriminator, layer) },
      objective,
      optimizers: adam({ learningRate: 2e-4, beta1: 0.5 }),
      backend: options.backend as BackendChoice,
      readEvery: 1,
      rounds: ROUNDS + WARM_UP,
    }),
    [...plugins, discriminatorStep({ accumulate }), generatorStep({ accumulate })],
  );
  for await (const event of training) if (event._tag === "RoundPlayed") marks.push(performance.now());
  await training.closed;
  const spans = marks.slice(1).map((mark, i) => mark - marks[i]!).slice(WARM_UP - 1).toSorted((a, b) => a - b);
  return spans[spans.length >> 1]!;
}

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;
for (const [device, settings] of Object.entries(devices)) {
  if (options.only !== undefined && !options.only.split(",").includes(device)) continue;
  const ratios: number[] = [];
  for (let pair = 0; pair < Number(options.pairs); pair++) {
    const { isWithoutBatchNorm = false } = settings;
    const without = await roundMs({ isWithoutBatchNorm });
    ratios.push((await roundMs(settings)) / without);
  }
  console.log(JSON.stringify({ bench: "deviceCosts", device, backend: options.backend, ratio: Number(median(ratios).toFixed(2)), ratios: ratios.map((ratio) => Number(ratio.toFixed(2))) }));
}
