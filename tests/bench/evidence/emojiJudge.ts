import { emojiClassifier, tf, type FeatureNetwork } from "../../../src/index.ts";

/** Who judges emoji of so many pixels a side: emojiClassifier, which knows them with 32. */
export async function emojiJudge(size: 32 | 64): Promise<FeatureNetwork> {
  const judge = await emojiClassifier();
  return size === 32 ? judge : ofHalfSize(judge);
}

/** A judge of images of twice its own side: it sees the means of 2 × 2 pixels. */
function ofHalfSize(network: FeatureNetwork): FeatureNetwork {
  const [height, width, channels] = network.shape as readonly [number, number, number];
  return {
    ...network,
    name: `${network.name}, of half the size`,
    shape: [2 * height, 2 * width, channels],
    classify: (images) => {
      const rows = tf.mean(tf.reshape(images, [-1, height, 2, 2 * width * channels]), 2);
      return network.classify(tf.mean(tf.reshape(rows, [-1, height, width, 2, channels]), 3));
    },
  };
}
