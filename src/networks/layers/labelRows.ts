import { type Tensor, type Tensors, tf } from "../../math/tensor.ts";
import { indicators } from "./oneHot.ts";

/**
 * The row of a table `[classes, n]` for every sample's label, `[batch, n]`: zeros for a label outside `0 … classes − 1`.
 *
 * @throws where the network's record has no such field
 */
export function labelRows(owner: string, record: Tensors, field: string, tables: readonly Tensor[]): readonly Tensor[] {
  const labels = record[field];
  if (labels === undefined) {
    throw new Error(`${owner}: the record has no "${field}", only ${Object.keys(record).join(", ") || "nothing"}; give the network a source of labels`);
  }
  // By one-hot times table: the gradient of a gather needs a kernel the wasm backend lacks, and classes are few.
  const rows = indicators(labels, tables[0]!.shape[0]!);
  return tables.map((table) => tf.matMul(rows, table));
}
