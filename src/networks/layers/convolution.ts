import { boolean, type Check, having, integer, oneOf, optional, show, text } from "../../configuration/checkOptions.ts";
import { ConfigurationError } from "../../configuration/configurationError.ts";
import type { Shape } from "../../math/tensor.ts";
import type { Initializer } from "../layer.ts";

/**
 * `"same"`: the output side is ⌈side / stride⌉. The input is padded with zeros, in total by
 * max((⌈side / stride⌉ − 1) · stride + kernel − side, 0) on each axis, half of it rounded down before and the rest after.
 * For kernel 4, stride 2 and an even side that is one pixel all round: PyTorch's `padding=1`.
 *
 * `"valid"`: no padding; the output side is ⌊(side − kernel) / stride⌋ + 1.
 */
export type Padding = "same" | "valid";

/** Options shared by convolutions. */
export interface ConvolutionOptions {
  /** Channels of the output. */
  readonly filters: number;
  /** Side of the square kernel in pixels. Default 4. */
  readonly kernel?: number;
  /** Pixels from one position of the kernel to the next. Default 2. */
  readonly stride?: number;
  /** Default `"same"`. */
  readonly padding?: Padding;
  /** Whether there is a bias; left out where batch norm follows, which subtracts it again. Default true. */
  readonly bias?: boolean;
  /** Default DCGAN's N(0, 0.02²). */
  readonly kernelInitializer?: Initializer;
  readonly biasInitializer?: Initializer;
  readonly name?: string;
}

export const convolutionChecks: Readonly<Record<string, Check>> = {
  filters: integer(),
  kernel: optional(integer()),
  stride: optional(integer()),
  padding: optional(oneOf("same", "valid")),
  bias: optional(boolean),
  kernelInitializer: optional(having("an initializer", "values")),
  biasInitializer: optional(having("an initializer", "values")),
  name: optional(text),
};

/** Output side of a convolution over `side` pixels. @throws ConfigurationError where the kernel is larger than an unpadded side. */
export function convolvedSide(owner: string, input: Shape, side: number, kernel: number, stride: number, padding: Padding): number {
  if (padding === "same") return Math.ceil(side / stride);
  if (side >= kernel) return Math.floor((side - kernel) / stride) + 1;
  throw new ConfigurationError(owner, [
    { path: "kernel", message: `expected at most ${side} pixels for the input ${show(input)} without padding, got ${kernel}` },
  ]);
}

/** The padding as tfjs takes it, for an image of `height` by `width` pixels on the convolution's input side. */
export function explicitPadding(height: number, width: number, kernel: number, stride: number, padding: Padding): Padding | ExplicitPadding {
  // tfjs' wasm backend gives zeros for "same" where strides leave pixels of the input unseen, but not for the same padding
  // spelt out (measured for kernels 2 and 3 with strides 3 and 4).
  if (padding === "valid" || kernel >= stride) return padding;
  return [[0, 0], beforeAndAfter(height, kernel, stride), beforeAndAfter(width, kernel, stride), [0, 0]];
}
type ExplicitPadding = [[number, number], [number, number], [number, number], [number, number]];

function beforeAndAfter(side: number, kernel: number, stride: number): [number, number] {
  const total = Math.max((Math.ceil(side / stride) - 1) * stride + kernel - side, 0);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

/**
 * Output side of a transposed convolution: the side whose convolution gives `side` back. `"same"`: side · stride, the
 * largest of them; `"valid"`: (side − 1) · stride + kernel, the smallest.
 */
export function transposedSide(side: number, kernel: number, stride: number, padding: Padding): number {
  return padding === "same" ? side * stride : (side - 1) * stride + kernel;
}
