import { he } from "../networks/initializers/he.ts";
import { relu } from "../networks/layers/activations.ts";
import { batchNorm } from "../networks/layers/batchNorm.ts";
import { conv2d } from "../networks/layers/conv2d.ts";
import { dense } from "../networks/layers/dense.ts";
import { dropout } from "../networks/layers/dropout.ts";
import { flatten } from "../networks/layers/flatten.ts";
import type { Layer } from "../networks/layer.ts";
import type { FieldPlans, NetworkFactory } from "../networks/network.ts";

/** What the classifier reads: emoji of 32 x 32 pixels in colour, on white. */
export const emojiFields: FieldPlans = { samples: { shape: [32, 32, 3], dtype: "float32", range: [-1, 1] } };

/** How many categories it tells apart: smileys, people, animals, food, travel, activities, objects, symbols. */
export const emojiClasses = 8;

/** How many features its trunk ends in. */
export const emojiFeatures = 128;

/**
 * The network behind `emojiClassifier`: three strided convolutions (32 to 16, 8 and 4 pixels) and a dense layer of 128
 * features, each with batch norm and ReLU, and dropout; the head `logits` has one logit per category. 307,176 parameters.
 *
 * A factory, so that the game that trains it and the network that is used have one and the same plan.
 */
export function emojiClassifierPlan(): NetworkFactory {
  const finish = (): readonly Layer[] => [batchNorm(), relu()];
  return {
    spec: { name: "emojiClassifier" },
    plan: () => ({
      inputs: [{ field: "samples" }],
      trunk: [
        ...[conv2d({ filters: 32, kernel: 5, stride: 2, bias: false, kernelInitializer: he() }), ...finish()],
        ...[conv2d({ filters: 64, kernel: 5, stride: 2, bias: false, kernelInitializer: he() }), ...finish()],
        ...[conv2d({ filters: 96, kernel: 3, stride: 2, bias: false, kernelInitializer: he() }), ...finish()],
        ...[flatten(), dropout({ rate: 0.3 }), dense({ units: emojiFeatures, bias: false, kernelInitializer: he() }), ...finish()],
      ],
      heads: { logits: [dropout({ rate: 0.3 }), dense({ units: emojiClasses })] },
    }),
  };
}
