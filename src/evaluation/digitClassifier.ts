import { classifierFrom, type ClassifierPlan, publishedClassifier } from "./classifierFrom.ts";
import { digitClasses, digitClassifierPlan, digitFeatures, digitFields } from "./digitClassifierPlan.ts";
import type { FeatureNetwork } from "./featureNetwork.ts";

/** SHA-256 of digitClassifier.safetensors: every figure of the judge is a figure under these weights. */
const pinnedHash = "ef9ff9d6f4b17ebeb679638b1d7da1e9ac9561c7dd6c4d9ace5a312dad3c323d";

/** What was trained, for its recipe. */
export const digitPlan: ClassifierPlan = {
  name: "digitClassifier",
  network: digitClassifierPlan(),
  fields: digitFields,
  classes: digitClasses,
  featureSize: digitFeatures,
};

/**
 * The judge of generated digits: a small convolutional classifier, trained on the MNIST training digits by
 * tests/bench/trainJudge.ts, with the features its ten classes are read from.
 *
 * @throws CheckpointFailed with reason `damaged` where the weights file is not the one the library was published with
 * @example
 * ```ts
 * const judge = await digitClassifier();
 * const { covered, meanConfidence } = classCoverage(await judgeSamples(judge, samples));
 * ```
 */
export function digitClassifier(): Promise<FeatureNetwork> {
  return publishedClassifier(digitPlan, new URL("./digitClassifier.safetensors", import.meta.url), pinnedHash);
}

/**
 * The same network with the weights of a safetensors file, whose SHA-256 must be `hash` where one is given.
 *
 * @throws CheckpointFailed with reason `damaged` for another file
 */
export function digitClassifierFrom(file: Uint8Array, hash?: string): FeatureNetwork {
  return classifierFrom(digitPlan, file, hash);
}
