import { checkOptions, having, integer, listOf, optional, text } from "../../configuration/checkOptions.ts";
import { ConfigurationError } from "../../configuration/configurationError.ts";
import { type Tensor, type Tensors, tf } from "../../math/tensor.ts";
import { withoutTape } from "../../math/withoutTape.ts";
import { buildChain } from "../chain.ts";
import { zeros } from "../initializers/constant.ts";
import type { Layer, LayerResult } from "../layer.ts";
import { layerSpec } from "./layerSpec.ts";

export interface ReferenceBatchOptions {
  /** Samples of the reference batch; at most the batch size. */
  readonly size: number;
  /** The layers it passes with every batch; `virtualBatchNorm` and `referenceBatchNorm` among them take its statistics. */
  readonly layers: readonly Layer[];
  readonly name?: string;
}

/**
 * Layers through which a reference batch, chosen once, goes with every batch: under the same weights and on the tape, so that
 * the statistics taken of it are always those of the network as it is, and their gradient is exact. Its outputs are left
 * out at the end.
 *
 * The reference batch is the first `size` rows of the first training pass that the network's player commits, and is kept as
 * the buffer `reference` (with `isCaptured`, 0 or 1), saved with the checkpoint. Until then each training pass takes its own
 * first rows, outside the gradient, and a pass outside training takes zeros: its output means nothing yet.
 *
 * A pass costs (batch + size) / batch of the same layers alone. Since a sample meets only itself and what is fixed, none
 * mixes with the others of its batch; layers that mix samples are refused, and so, by name, are the record's other fields
 * (`conditionalBatchNorm`), which have no rows for the reference batch.
 *
 * @throws ConfigurationError for wrong options, for layers that mix samples, and in the first training pass where the batch
 * is smaller than `size`.
 * Reference: Salimans et al. 2016, "Improved techniques for training GANs", section 3.4.
 * @example
 * ```ts
 * // The trunk of a generator
 * [referenceBatch({ size: 64, layers: [dense({ units: 128 }), virtualBatchNorm(), relu()] })];
 * ```
 */
export function referenceBatch(options: ReferenceBatchOptions): Layer {
  checkOptions("referenceBatch", { size: integer(), layers: listOf(having("a layer", "build"), 1), name: optional(text) }, options);
  const { size, layers } = options;
  const mixing = layers.find(({ mixesSamples }) => mixesSamples);
  if (mixing !== undefined) {
    throw new ConfigurationError("referenceBatch", [
      { path: "layers", message: `expected layers that take every sample for itself, got ${mixing.spec.name}; virtualBatchNorm() is what stands in its place` },
    ]);
  }
  return {
    ...layerSpec("referenceBatch", { size, layers: layers.map(({ spec }) => spec) }, options.name),
    build(input) {
      const chain = buildChain(layers, input, "referenceBatch");
      return {
        output: chain.output,
        parameters: chain.parameters,
        buffers: {
          ...chain.buffers,
          reference: { shape: [size, ...input], initializer: zeros() },
          isCaptured: { shape: [], initializer: zeros() },
        },
        apply(x, context): LayerResult {
          const { isTraining } = context.mode;
          const reference = isTraining ? withoutTape(() => referenceFor(x, size, context.buffers)) : context.buffers["reference"]!;
          const through = chain.apply(tf.concat([reference, x], 0), { ...context, inputs: {}, referenceRows: size });
          const output = tf.slice(through.output, [size]);
          return isTraining ? { output, buffers: { ...through.buffers, reference, isCaptured: tf.scalar(1) } } : { output };
        },
      };
    },
  };
}

/** The reference batch, or where there is none yet the first rows of this one; without a read. */
function referenceFor(x: Tensor, size: number, buffers: Tensors): Tensor {
  if (x.shape[0]! < size) {
    throw new ConfigurationError("referenceBatch", [{ path: "size", message: `expected at most the ${x.shape[0]} samples of a batch, got ${size}` }]);
  }
  const isCaptured = buffers["isCaptured"]!;
  const first = tf.slice(x, [0], [size]);
  return tf.add(tf.mul(buffers["reference"]!, isCaptured), tf.mul(first, tf.sub(1, isCaptured)));
}
