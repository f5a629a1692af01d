import { type Tensor, tf } from "../../src/math/tensor.ts";
import { wave } from "./checkGradient.ts";

/** A tiny adversarial step on 8 × 8 images, for tests of memory. */
export interface TrainingStep {
  /** Updates one player, in turn; every fifth of the discriminator's losses has a gradient penalty. Returns the loss. */
  play(): Tensor;
  dispose(): void;
}

const batch = 2;
const penaltyEvery = 10;

export function trainingStep(): TrainingStep {
  const generator = [weights([4, 4 * 4 * 2], 1), weights([4, 4, 1, 2], 2)];
  const discriminator = [weights([4, 4, 1, 3], 3), weights([3], 4), weights([4 * 4 * 3, 1], 5)];
  const real = wave([batch, 8, 8, 1], 7);
  const noise = wave([batch, 4], 8);
  let rounds = 0;

  const generate = (): Tensor => {
    const hidden = tf.relu(tf.reshape(tf.matMul(noise as tf.Tensor2D, generator[0] as tf.Tensor2D), [batch, 4, 4, 2]));
    return tf.tanh(tf.conv2dTranspose(hidden as tf.Tensor4D, generator[1] as tf.Tensor4D, [batch, 8, 8, 1], 2, "same"));
  };
  const judge = (image: Tensor): Tensor => {
    const features = tf.leakyRelu(
      tf.add(tf.conv2d(image as tf.Tensor4D, discriminator[0] as tf.Tensor4D, 2, "same"), discriminator[1]!),
      0.2,
    );
    return tf.matMul(tf.reshape(features, [batch, -1]) as tf.Tensor2D, discriminator[2] as tf.Tensor2D);
  };
  const discriminatorLoss = (): tf.Scalar => {
    const loss = tf.mean<tf.Scalar>(tf.add(tf.softplus(judge(generate())), tf.softplus(tf.neg(judge(real)))));
    if (rounds % penaltyEvery !== 0) return loss;
    // R1: second order through the discriminator.
    const slope = tf.grad((image) => tf.sum(judge(image)))(real);
    return tf.add(loss, tf.mul(0.1, tf.sum(tf.square(slope))));
  };

  return {
    play() {
      rounds++;
      return rounds % 2 === 0
        ? update(discriminator, discriminatorLoss)
        : update(generator, () => tf.mean(tf.softplus(tf.neg(judge(generate())))));
    },
    dispose: () => tf.dispose([...generator, ...discriminator, real, noise]),
  };
}

function weights(shape: readonly number[], seed: number): tf.Variable {
  return tf.tidy(() => tf.variable(tf.mul(wave(shape, seed), 0.3)));
}

/** Plain gradient descent, so that nothing but tensors is at work. */
function update(variables: tf.Variable[], loss: () => tf.Scalar): tf.Scalar {
  const { value, grads } = tf.variableGrads(loss, variables);
  for (const variable of variables) {
    const moved = tf.tidy(() => tf.sub(variable, tf.mul(0.01, grads[variable.name]!)));
    variable.assign(moved);
    moved.dispose();
  }
  tf.dispose(grads);
  return value;
}
