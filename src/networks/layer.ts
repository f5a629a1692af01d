import type { Activation } from "../backends/kernels/activation.ts";
import type { Spec } from "../configuration/spec.ts";
import type { Key } from "../math/random/key.ts";
import type { Shape, Tensor, Tensors } from "../math/tensor.ts";

/** Initial values of a parameter: plain numbers computed on the CPU, so they are the same on every backend. */
export interface Initializer {
  readonly spec: Spec;
  values(key: Key, shape: Shape): Float32Array;
}

/** A named tensor that a layer owns: a parameter (trained) or a buffer (a statistic, saved but not trained). */
export interface VariablePlan {
  readonly shape: Shape;
  readonly initializer: Initializer;
  /** The axis of a kernel that counts the outputs; default the last. */
  readonly outputAxis?: number;
}

/** How a forward pass is meant. */
export interface Mode {
  /** Batch statistics and dropout when true; running statistics and no dropout when false. */
  readonly isTraining: boolean;
  /** Fresh for every pass; a layer folds its own name into it. */
  readonly key: Key;
  /** The round's settings: plain numbers plugins set per round (a fade's alpha, a stage). */
  readonly settings: Readonly<Record<string, number>>;
}

/** What a layer may read while it is applied. */
export interface LayerContext {
  /** This layer's parameters by their local names. */
  readonly parameters: Tensors;
  /** This layer's buffers by their local names. */
  readonly buffers: Tensors;
  /** The whole input record of the network (labels, codes, noise), for layers that are conditioned on it. */
  readonly inputs: Tensors;
  /** Rows at the head of the batch that are the fixed reference batch; set by `referenceBatch` for what stands in it. */
  readonly referenceRows?: number;
  readonly mode: Mode;
}

/** Output of a layer, with the new values of those buffers that this pass moves. */
export interface LayerResult {
  readonly output: Tensor;
  readonly buffers?: Tensors;
}

/** What a layer computes. What it may be fused with stands on the function itself, so that who wraps it takes nothing over by mistake. */
export interface LayerFunction {
  (input: Tensor, context: LayerContext): Tensor | LayerResult;
  /** The function is this activation and nothing else: the layer before it may apply it in its place. */
  readonly activation?: Activation;
  /** The function and then the activation, in fewer passes over memory; nothing where this backend, or a second derivative, has them apart. */
  readonly thenActivated?: (input: Tensor, context: LayerContext, activation: Activation) => Tensor | LayerResult | undefined;
}

/** A layer whose shapes are known. */
export interface BuiltLayer {
  /** Output shape without the batch. */
  readonly output: Shape;
  readonly parameters?: Readonly<Record<string, VariablePlan>>;
  readonly buffers?: Readonly<Record<string, VariablePlan>>;
  readonly apply: LayerFunction;
}

/** A layer before its shapes are known. Pure data plus a `build`; holds no tensors. */
export interface Layer {
  /** Serialisable: `layerFromSpec(spec)` gives the same layer back. */
  readonly spec: Spec;
  /** Explicit name within the network; otherwise kind and position (`conv2d1`). */
  readonly name?: string;
  /**
   * True where a sample's output depends on the others of its batch (batch norm, minibatch features). A penalty on each
   * sample's own gradient has no meaning there, and is refused; and real and generated samples are judged in passes of
   * their own, where they otherwise share one.
   */
  readonly mixesSamples?: boolean;
  /** @throws ConfigurationError where the layer cannot take this input shape. */
  build(input: Shape): BuiltLayer;
}
