import type { Spec } from "../configuration/spec.ts";
import type { Scheduled } from "../math/schedules/schedule.ts";
import type { Tensor, Tensors } from "../math/tensor.ts";

/** One parameter's update: what it reads. */
export interface UpdateInput {
  readonly parameter: Tensor;
  readonly gradient: Tensor;
  /** By slot name; zeros before the first update. */
  readonly slots: Tensors;
  /** How often this parameter was moved before, plus one: 1 on the first update. */
  readonly step: number;
  /** The learning rate of this round. */
  readonly rate: number;
}

/** One parameter's update: what it returns; new tensors, never the inputs changed in place. */
export interface UpdateOutput {
  readonly parameter: Tensor;
  readonly slots: Tensors;
}

/** A pure update rule with named slots. */
export interface Optimizer {
  readonly spec: Spec;
  readonly learningRate: Scheduled;
  /** Slot names, each a tensor of the parameter's shape. */
  readonly slots: readonly string[];
  update(input: UpdateInput): UpdateOutput;
  /**
   * The updates of many parameters in one go, equal to `update` of each, in order; nothing where this backend has no such
   * kernel.
   */
  updateMany?(inputs: readonly UpdateInput[]): readonly UpdateOutput[] | undefined;
}
