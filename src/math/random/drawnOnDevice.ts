import { type Shape, type Tensor, tf } from "../tensor.ts";
import type { Key } from "./key.ts";

/** The kernel's name in tfjs' registry, where a backend has it. */
export const drawnKernel = "Drawn";

/** What is made of the key's words. */
export type Drawing =
  | { readonly kind: "words" }
  | { readonly kind: "uniforms"; readonly low: number; readonly high: number }
  | { readonly kind: "normals"; readonly deviation: number }
  | { readonly kind: "mask"; readonly rate: number };

/** Which words of which key: as many as the shape has values, from word `first` on. */
export interface Drawn {
  readonly key: Key;
  readonly shape: Shape;
  readonly first: number;
}

/** A tensor drawn where the tensors are; nothing where the backend has no kernel for it, or the tensor no values. */
export function drawnOnDevice(drawing: Drawing, { key, shape, first }: Drawn): Tensor | undefined {
  const isEmpty = shape.includes(0);
  if (isEmpty || tf.getKernel(drawnKernel, tf.getBackend()) === undefined) return undefined;
  return tf.engine().runKernel(drawnKernel, {}, { drawing, key, shape, first } as never) as Tensor;
}
