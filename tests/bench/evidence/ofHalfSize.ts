import { tf, type FeatureNetwork } from "../../../src/index.ts";

/** A judge of images of twice its own side: it sees the means of 2 × 2 pixels. */
export function ofHalfSize(network: FeatureNetwork): FeatureNetwork {
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
