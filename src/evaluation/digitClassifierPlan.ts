import { he } from "../networks/initializers/he.ts";
import { relu } from "../networks/layers/activations.ts";
import { batchNorm } from "../networks/layers/batchNorm.ts";
import { conv2d } from "../networks/layers/conv2d.ts";
import { dense } from "../networks/layers/dense.ts";
import { flatten } from "../networks/layers/flatten.ts";
import type { Layer } from "../networks/layer.ts";
import type { FieldPlans, NetworkFactory } from "../networks/network.ts";

/** What the classifier reads: digits of 28 x 28 pixels, ink 1 on background -1. */
export const digitFields: FieldPlans = { samples: { shape: [28, 28, 1], dtype: "float32", range: [-1, 1] } };

/** How many classes it tells apart. */
export const digitClasses = 10;

/** How many features its trunk ends in. */
export const digitFeatures = 64;

/**
 * The network behind `digitClassifier`: two strided convolutions (28 to 12 to 4 pixels) and a dense layer of 64
 * features, each with batch norm and ReLU; the head `logits` has one logit per digit. 46,842 parameters.
 *
 * A factory, so that the game that trains it and the judge that uses it have one and the same plan.
 */
export function digitClassifierPlan(): NetworkFactory {
  const finish = (): readonly Layer[] => [batchNorm(), relu()];
  return {
    spec: { name: "digitClassifier" },
    plan: () => ({
      inputs: [{ field: "samples" }],
      trunk: [
        ...[conv2d({ filters: 16, kernel: 5, stride: 2, padding: "valid", bias: false, kernelInitializer: he() }), ...finish()],
        ...[conv2d({ filters: 32, kernel: 5, stride: 2, padding: "valid", bias: false, kernelInitializer: he() }), ...finish()],
        ...[flatten(), dense({ units: digitFeatures, bias: false, kernelInitializer: he() }), ...finish()],
      ],
      heads: { logits: [dense({ units: digitClasses })] },
    }),
  };
}
