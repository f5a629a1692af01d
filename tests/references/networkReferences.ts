import { readFileSync } from "node:fs";
import type { Spec } from "../../src/configuration/spec.ts";
import { type Tensor, type Tensors, tf } from "../../src/math/tensor.ts";

/** A tensor as the scripts write it; shape with every axis. */
export interface Written {
  readonly shape: readonly number[];
  readonly values: readonly number[];
  readonly dtype?: "float32" | "int32";
}
export type WrittenTensors = Readonly<Record<string, Written>>;

/** One layer: output, and gradients of Σ weights · output. */
export interface LayerReference {
  readonly title: string;
  readonly spec: Spec;
  readonly isTraining: boolean;
  readonly input: Written;
  /** Further fields of the network's record: labels. */
  readonly inputs?: WrittenTensors;
  readonly parameters: WrittenTensors;
  readonly buffers: WrittenTensors;
  readonly weights: Written;
  readonly output: Written;
  /** In every parameter, and in `input` unless it is a label. */
  readonly gradients: WrittenTensors;
  readonly buffersAfter: WrittenTensors;
}

export interface NetworkReferences {
  readonly layers: readonly LayerReference[];
  readonly gradientPenalty: {
    readonly input: Written;
    readonly parameters: WrittenTensors;
    readonly logits: Written;
    readonly penalty: number;
    readonly gradients: WrittenTensors;
  };
  readonly optimizers: {
    readonly rows: Written;
    readonly start: Written;
    readonly runs: readonly {
      readonly title: string;
      readonly kind: string;
      readonly options: Readonly<Record<string, number | boolean>>;
      /** The parameter by the number of steps made. */
      readonly after: Readonly<Record<string, readonly number[]>>;
    }[];
  };
}

/** What networks.py wrote. */
export const networkReferences: NetworkReferences = read("networks.json");

/** What normalisation.py wrote. */
export const normalisationReferences: Pick<NetworkReferences, "layers"> = read("normalisation.json");

function read<T>(file: string): T {
  return JSON.parse(readFileSync(new URL(file, import.meta.url), "utf8")) as T;
}

export function tensorOf({ shape, values, dtype = "float32" }: Written): Tensor {
  return tf.tensor([...values], [...shape], dtype);
}

export function tensorsOf(written: WrittenTensors): Tensors {
  return Object.fromEntries(Object.entries(written).map(([name, value]) => [name, tensorOf(value)]));
}
