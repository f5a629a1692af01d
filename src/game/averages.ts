import type { Carry } from "./round.ts";
import type { Tensors } from "../math/tensor.ts";

/** An averaged network, as `averageWeights` carries it. */
export interface Averages {
  /** Rounds averaged over. */
  readonly count: number;
  readonly parameters: Tensors;
  /** Batch-norm statistics are averaged like the parameters: they belong together. */
  readonly buffers: Tensors;
}

/** The name under which a network's averages stand in the carry. */
export function averagesName(network: string): string {
  return `averageWeights(${network})`;
}

/** The averages of a network in a round's carry; nothing where they are not kept. */
export function averagesOf(carry: Carry, network: string): Averages | undefined {
  return carry[averagesName(network)] as unknown as Averages | undefined;
}
