import { classLogLikelihood, tf, type Tensor, type Term } from "../../src/index.ts";

/** Mean cross-entropy of the labels under the head's logits, −E[log q(y | x)] in nats: log of the number of classes for a head that knows nothing. */
export function classLoss(labels: Tensor, logits: Tensor): Tensor {
  return tf.neg(tf.mean(classLogLikelihood(labels, logits)));
}

/** Share of the samples whose likeliest class is their label, in [0, 1]; no gradient. */
export function classAccuracy(labels: Tensor, logits: Tensor): Tensor {
  return tf.mean(tf.cast(tf.equal(tf.argMax(logits, 1), labels), "float32"));
}

/** The class term of one turn on one side: what the discriminator is shown there, views included, against its labels. */
export function classTerm(turn: "discriminator" | "generator", side: "real" | "fake", weight: number): Term {
  return {
    name: `classes/${turn}/${side}`,
    turn,
    weight,
    of(seen) {
      const labels = seen.shown(side)["labels"]!;
      const logits = seen[side]().heads["classes"]!;
      seen.measure(`classAccuracy/${side}`, classAccuracy(labels, logits));
      return classLoss(labels, logits);
    },
  };
}
