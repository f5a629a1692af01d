import type { CarryTree } from "./round.ts";
import { tf, type Tensor, type Tensors } from "../math/tensor.ts";
import type { Pass } from "../networks/network.ts";

/**
 * The passes on two records, cut from one on both, one behind the other in the fields they share; nothing where those differ in
 * more than their rows, and a pass on both would not be a pass on each. `keep` gets what is cut; the features, which few ask
 * for, on first use.
 */
export function jointPass(first: Tensors, second: Tensors, pass: (joint: Tensors) => Pass, keep?: (tensors: CarryTree) => void): readonly [Pass, Pass] | undefined {
  const joint = jointRecord(first, second);
  return joint === undefined ? undefined : (partsOf(pass(joint), [rowsOf(first), rowsOf(second)], keep) as readonly Pass[] as [Pass, Pass]);
}

/** Rows of a record: samples, or packs of them. */
function rowsOf(record: Tensors): number {
  return Object.values(record)[0]!.shape[0]!;
}

function jointRecord(first: Tensors, second: Tensors): Tensors | undefined {
  const shared = Object.keys(first).filter((field) => second[field] !== undefined);
  const fits = shared.every((field) => {
    const [a, b] = [first[field]!, second[field]!];
    return a.dtype === b.dtype && tf.util.arraysEqual(a.shape.slice(1), b.shape.slice(1));
  });
  if (!fits || shared.length === 0) return undefined;
  return Object.fromEntries(shared.map((field) => [field, tf.concat([first[field]!, second[field]!])]));
}

/** The passes on the parts of a joint record, each of so many rows. */
function partsOf({ heads, features, buffers }: Pass, rows: readonly number[], keep?: (tensors: CarryTree) => void): readonly Pass[] {
  const cut = (tensor: Tensor): readonly Tensor[] => {
    const parts = tf.split(tensor, [...rows]);
    keep?.(parts);
    return parts;
  };
  const cutHeads = Object.entries(heads).map(([head, tensor]) => [head, cut(tensor)] as const);
  let cutFeatures: readonly Tensor[] | undefined;
  return rows.map((_, i) => ({
    heads: Object.fromEntries(cutHeads.map(([head, parts]) => [head, parts[i]!])),
    get features() {
      cutFeatures ??= cut(features);
      return cutFeatures[i]!;
    },
    buffers,
  }));
}
