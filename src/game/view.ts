import type { Spec } from "../configuration/spec.ts";
import type { Key } from "../math/random/key.ts";
import type { Tensors } from "../math/tensor.ts";
import type { FieldPlans } from "../networks/network.ts";

export interface ViewContext {
  /** Fresh for each view, side, turn and repetition. */
  readonly key: Key;
  readonly side: "real" | "fake";
  /** The turn that looks. */
  readonly turn: string;
  readonly index: number;
  readonly settings: Readonly<Record<string, number>>;
}

/**
 * What a discriminator gets to see: a function on the aligned record (samples, labels, codes), applied on the tape to
 * real *and* fake in every turn. Rows must stay aligned across fields.
 */
export interface View {
  readonly name: string;
  readonly spec: Spec;
  /** The discriminators it stands before; default all. Where it reaches none, the game is refused. */
  readonly networks?: readonly string[];
  of(record: Tensors, context: ViewContext): Tensors;
  /** How it changes the shapes of the record; default not at all. */
  fields?(fields: FieldPlans): FieldPlans;
  /** How many rows it makes one of; batches must be multiples of it. Default 1. */
  readonly joins?: number;
}
