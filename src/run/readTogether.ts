import type { Tensor } from "../math/tensor.ts";

/** Values that are read at a time, unless a single tensor has more: 16 MiB, so that reading takes no second copy of a large network. */
const VALUES_AT_ONCE = 2 ** 22;

/**
 * The values of many tensors, in order, read at the same time: a read waits 3 to 11 ms on Deno however small it is, and the
 * hundred tensors of a small GAN's checkpoint would wait for most of a second. Not joined into one tensor before: a shader may
 * take numbers below 1.2e-38 for 0, and a run that goes on from a checkpoint would not.
 */
export async function readTogether(tensors: readonly Tensor[]): Promise<readonly (Float32Array | Int32Array)[]> {
  const values: (Float32Array | Int32Array)[] = [];
  let from = 0;
  while (from < tensors.length) {
    let size = tensors[from]!.size;
    let end = from + 1;
    while (end < tensors.length && size + tensors[end]!.size <= VALUES_AT_ONCE) size += tensors[end++]!.size;
    values.push(...((await Promise.all(tensors.slice(from, end).map((tensor) => tensor.data()))) as (Float32Array | Int32Array)[]));
    from = end;
  }
  return values;
}
