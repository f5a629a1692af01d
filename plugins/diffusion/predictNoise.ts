import { ConfigurationError, tf, type Pass, type Tensor, type Tensors } from "../../src/index.ts";

/** The label that stands for none: its row of every table is zeros. */
export const NO_LABEL = -1;

/**
 * The noise a denoiser sees in noisy samples, under classifier-free guidance with scale w where they have labels:
 * ε̃ = ε(x, α, none) + w (ε(x, α, y) − ε(x, α, none)). w = 1 is the conditional prediction and w = 0 the unconditional one, in
 * one pass each; w > 1 goes beyond.
 *
 * @throws ConfigurationError for a scale other than 1 where the samples have no labels
 * Reference: Ho and Salimans 2022, "Classifier-free diffusion guidance", equation 6, whose w is this one less 1.
 */
export function predictNoise(record: Tensors, alpha: number, guidance: number, network: { forward(record: Tensors): Pass }): Tensor {
  const { samples, labels } = record as { readonly samples: Tensor; readonly labels?: Tensor };
  const count = samples.shape[0]!;
  const predict = (given: Tensors): Tensor => network.forward({ ...record, ...given, alpha: tf.fill([given["samples"]!.shape[0]!, 1], alpha) }).heads["noise"]!;
  if (guidance === 1) return predict({ samples });
  if (labels === undefined) throw new ConfigurationError("predictNoise", [{ path: "guidance", message: `expected 1, none, where the samples have no labels, got ${guidance}` }]);
  const none = tf.fill([count], NO_LABEL, "int32");
  if (guidance === 0) return predict({ samples, labels: none });
  const [asked, free] = tf.split(predict({ samples: tf.concat([samples, samples]), labels: tf.concat([labels, none]) }), 2) as [Tensor, Tensor];
  return tf.add(free, tf.mul(tf.sub(asked, free), guidance));
}
