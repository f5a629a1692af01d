import { openDevice } from "../backends/openDevice.ts";
import { checkOptions, having, integer, number, optional, satisfies } from "../configuration/checkOptions.ts";
import { ConfigurationError, type Problem } from "../configuration/configurationError.ts";
import { fold, rootKey } from "../math/random/fold.ts";
import { sizeOf } from "../math/tensor.ts";
import { buildNetwork } from "../networks/buildNetwork.ts";
import { he } from "../networks/initializers/he.ts";
import { batchNorm } from "../networks/layers/batchNorm.ts";
import { relu } from "../networks/layers/activations.ts";
import { conv2d } from "../networks/layers/conv2d.ts";
import { dense } from "../networks/layers/dense.ts";
import { flatten } from "../networks/layers/flatten.ts";
import type { FieldPlans, NetworkFactory } from "../networks/network.ts";
import { fitClassifier } from "./fitClassifier.ts";
import type { JudgeableSamples } from "./metric.ts";

export interface ClassificationAccuracyOptions {
  /** Times the classifier sees each training sample. Default 3. */
  readonly epochs?: number;
  /** Default 64. */
  readonly batchSize?: number;
  /** Of Adam. Default 1e-3. */
  readonly learningRate?: number;
  /** Of the classifier's weights and the order of the samples. Default 0. */
  readonly seed?: number;
  /** The classifier, with a head `logits` of one logit per class; two convolutions, or a layer of 64 for vectors, unless told. */
  readonly network?: NetworkFactory;
}

export interface ClassificationAccuracy {
  /** Share of the test samples told right. */
  readonly accuracy: number;
  /** The same by class; NaN of a class that has no test samples. A class far below the others is one the generator draws badly. */
  readonly byClass: readonly number[];
}

/** Samples with their classes. */
export type LabelledSamples = JudgeableSamples & { readonly labels: ArrayLike<number> };

const checks = {
  epochs: integer(),
  batchSize: integer(2),
  learningRate: number({ above: 0 }),
  seed: satisfies("a safe integer >= 0", (value) => Number.isSafeInteger(value) && (value as number) >= 0),
  classes: integer(2),
  network: optional(having("a network factory", "plan")),
};

/**
 * The classification accuracy score: how well a classifier that was trained on generated samples and the classes they were
 * asked to be tells real ones. Low where classes are drawn badly, confused, or poor in variety, and on real training data
 * what real data are worth: print that beside it.
 *
 * The classifier is small, so that 2,000 digits take seconds on wasm; figures are to be compared under equal options and counts.
 *
 * @param training generated samples with the classes that were asked for
 * @param test real samples with their classes
 * @param classes labels are 0 … classes − 1
 * @throws ConfigurationError for wrong options, labels out of range, or sets of different shape
 * @throws DeviceUnavailable
 * Reference: Ravuri and Vinyals, "Classification accuracy score for conditional generative models" (2019), section 3.
 */
export async function classificationAccuracy(
  training: LabelledSamples,
  test: LabelledSamples,
  classes: number,
  options: ClassificationAccuracyOptions = {},
): Promise<ClassificationAccuracy> {
  const { epochs = 3, batchSize = 64, learningRate = 1e-3, seed = 0, network: factory = smallClassifier(classes) } = options;
  checkOptions("classificationAccuracy", checks, { ...options, epochs, batchSize, learningRate, seed, classes });
  const problems = [...problemsOf("training", training, classes, training), ...problemsOf("test", test, classes, training)];
  if (problems.length > 0) throw new ConfigurationError("classificationAccuracy", problems);
  const fields: FieldPlans = { samples: { shape: training.shape, dtype: "float32", range: [-1, 1] } };
  const network = buildNetwork("classifier", factory.plan(fields), fields);
  if (network.heads["logits"]?.join() !== `${classes}`) {
    throw new ConfigurationError("classificationAccuracy", [
      { path: "network", message: `expected a head "logits" of shape [${classes}], got ${JSON.stringify(network.heads)}` },
    ]);
  }
  const device = await openDevice();
  try {
    const fitted = await fitClassifier(device, network, training, { epochs, batchSize, learningRate, key: fold(rootKey(seed), "classificationAccuracy") });
    try {
      const predictions = await fitted.predict(test);
      const isRight = Array.from(predictions, (label, row) => Number(label === test.labels[row]));
      const byClass = Array.from({ length: classes }, (_, label) => mean(isRight.filter((__, row) => test.labels[row] === label)));
      return { accuracy: mean(isRight), byClass };
    } finally {
      fitted.dispose();
    }
  } finally {
    await device.close();
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function problemsOf(path: string, { count, shape, values, labels }: LabelledSamples, classes: number, like: LabelledSamples): readonly Problem[] {
  const wrong = Array.from(labels ?? []).find((label) => !(Number.isInteger(label) && label >= 0 && label < classes));
  return [
    ...(shape.join() === like.shape.join() ? [] : [{ path: `${path}.shape`, message: `expected [${like.shape.join(", ")}] like the training samples, got [${shape.join(", ")}]` }]),
    ...(count > 1 && values.length === count * sizeOf(shape)
      ? []
      : [{ path: `${path}.values`, message: `expected ${count * sizeOf(shape)} values of at least two samples, got ${values.length}` }]),
    ...(labels?.length === count ? [] : [{ path: `${path}.labels`, message: `expected ${count}, one for each sample, got ${labels?.length ?? "none"}` }]),
    ...(wrong === undefined ? [] : [{ path: `${path}.labels`, message: `expected integers from 0 to ${classes - 1}, got ${wrong}` }]),
  ];
}

/** Two strided convolutions and a dense layer, with batch norm; without the convolutions where samples are no images. */
function smallClassifier(classes: number): NetworkFactory {
  const finish = () => [batchNorm(), relu()];
  return {
    spec: { name: "smallClassifier", options: { classes } },
    plan: ({ samples }) => ({
      inputs: [{ field: "samples" }],
      trunk: [
        ...(samples!.shape.length === 3
          ? [8, 16].flatMap((filters) => [conv2d({ filters, kernel: 5, stride: 2, bias: false, kernelInitializer: he() }), ...finish()])
          : []),
        ...[flatten(), dense({ units: 64, bias: false, kernelInitializer: he() }), ...finish()],
      ],
      heads: { logits: [dense({ units: classes })] },
    }),
  };
}
