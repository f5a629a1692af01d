import type { Spec } from "../configuration/spec.ts";
import type { Shape, Tensor, Tensors } from "../math/tensor.ts";
import type { Layer, Mode, VariablePlan } from "./layer.ts";

/** One field of the record a network reads, with the layers it passes before the inputs are joined. */
export interface InputPlan {
  /** `noise`, `samples`, `labels`, `codes` … */
  readonly field: string;
  readonly layers?: readonly Layer[];
}

/**
 * What a network is made of. Inputs are joined by concatenation on the last axis; where one is an image
 * (`[height, width, channels]`) the others are spread over its pixels as further channels. The trunk follows, then each
 * head on the trunk's output.
 */
export interface NetworkPlan {
  readonly inputs: readonly InputPlan[];
  readonly trunk: readonly Layer[];
  readonly heads: Readonly<Record<string, readonly Layer[]>>;
  /** Heads that stand on another head's output in place of the trunk's, by name: `{ logits: "classes" }`. */
  readonly standsOn?: Readonly<Record<string, string>>;
}

/** What is known of one field of a record: its shape per sample, its range, and how many classes a label has. */
export interface FieldPlan {
  readonly shape: Shape;
  readonly dtype: "float32" | "int32";
  /** Value range of real data, `[-1, 1]` for images. */
  readonly range?: readonly [number, number];
  /** Number of classes where the field is a label. */
  readonly classes?: number;
}
export type FieldPlans = Readonly<Record<string, FieldPlan>>;

/** Makes a plan once the shapes are known. `dcgan().generator` is one. */
export interface NetworkFactory {
  readonly spec: Spec;
  /** @throws ConfigurationError where the fields do not fit (no `samples`, a side that is not supported). */
  plan(fields: FieldPlans): NetworkPlan;
}

/** Result of one forward pass. */
export interface Pass {
  /** Outputs by head: `samples` of a generator, `logits` of a discriminator. */
  readonly heads: Tensors;
  /** The trunk's output, what the heads stand on. */
  readonly features: Tensor;
  /** New values of the buffers this pass moves, by their names within the network; empty outside training. */
  readonly buffers: Tensors;
}

/** A network: named parameters and buffers and a function over them. Holds no tensors. */
export interface Network {
  readonly name: string;
  /** Fields of the input record it reads. */
  readonly inputs: readonly string[];
  /** By name within the network: `conv2d1/kernel`, `logits/dense1/bias`. */
  readonly parameters: Readonly<Record<string, VariablePlan>>;
  readonly buffers: Readonly<Record<string, VariablePlan>>;
  /** Whether a sample's output depends on the others of its batch: some layer says so (`Layer.mixesSamples`). */
  readonly mixesSamples: boolean;
  /** Output shape of each head. */
  readonly heads: Readonly<Record<string, Shape>>;
  /** The plan as a spec; `networkFromSpec` builds the same network from it. */
  readonly spec: Spec;
  apply(parameters: Tensors, buffers: Tensors, record: Tensors, mode: Mode): Pass;
}
