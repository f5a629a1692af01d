import { classifierFrom, type ClassifierPlan, publishedClassifier } from "./classifierFrom.ts";
import { emojiClasses, emojiClassifierPlan, emojiFeatures, emojiFields } from "./emojiClassifierPlan.ts";
import type { FeatureNetwork } from "./featureNetwork.ts";

/** SHA-256 of emojiClassifier.safetensors: every figure of this network is a figure under these weights. */
const pinnedHash = "c3f2d5100d6e73e8af9f4b1adb8087ae7f54e5c4808f728d112ece7860c0897d";

/** What was trained, for its recipe. */
export const emojiPlan: ClassifierPlan = {
  name: "emojiClassifier",
  network: emojiClassifierPlan(),
  fields: emojiFields,
  classes: emojiClasses,
  featureSize: emojiFeatures,
};

/**
 * A feature network for small colour pictures on white: a convolutional classifier of emoji into eight categories
 * (smileys, people, animals, food, travel, activities, objects, symbols, in this order), trained on Noto's and Twemoji's
 * training emoji by tests/bench/trainEmojiJudge.ts.
 *
 * It tells 67.2 % of the 647 test emoji right, emoji of which it has seen no drawing in either style (the likeliest
 * category alone: 24.3 %), 75.9 % of those it was trained on, and 62.2 % of the test emoji in Fluent's style, which it has
 * never seen. People, symbols and smileys it knows best (87, 79 and 72 %), food and activities least (37 and 25 %). So its
 * classes are a rough word; its 128 features are what it is for, and they are no Inception features: distances in them
 * compare with each other alone.
 *
 * @throws CheckpointFailed with reason `damaged` where the weights file is not the one the library was published with
 * @example
 * ```ts
 * const network = await emojiClassifier();
 * const { fields } = await drawFrom(emoji({ styles: ["noto"], size: 32, batchSize: 64 }), 1000);
 * const real = featureStatistics(await judgeSamples(network, fields.samples as Float32Array));
 * ```
 */
export function emojiClassifier(): Promise<FeatureNetwork> {
  return publishedClassifier(emojiPlan, new URL("./emojiClassifier.safetensors", import.meta.url), pinnedHash);
}

/**
 * The same network with the weights of a safetensors file, whose SHA-256 must be `hash` where one is given.
 *
 * @throws CheckpointFailed with reason `damaged` for another file
 */
export function emojiClassifierFrom(file: Uint8Array, hash?: string): FeatureNetwork {
  return classifierFrom(emojiPlan, file, hash);
}
