import type { LatentModel } from "../../src/latent/latentModel.ts";
import { rootKey } from "../../src/math/random/fold.ts";
import { normals } from "../../src/math/random/normals.ts";
import { sizeOf, tf, type Shape } from "../../src/math/tensor.ts";

export interface LinearModel extends LatentModel {
  /** `[latentSize, size]`, row by row. */
  readonly kernel: Float32Array;
}

/** G(z) = z A: the generator of which everything is known. The device is the one open when it is applied. */
export function linearModel(latentSize: number, shape: Shape, seed: number): LinearModel {
  return linearModelOf(normals(rootKey(seed), latentSize * sizeOf(shape)), latentSize, shape);
}

export function linearModelOf(kernel: Float32Array, latentSize: number, shape: Shape): LinearModel {
  const size = sizeOf(shape);
  return {
    kernel,
    latentSize,
    shape,
    range: [-1, 1],
    generate: (latents) => tf.reshape(tf.matMul(latents, tf.tensor2d(kernel, [latentSize, size])), [latents.shape[0]!, ...shape]),
  };
}

/** The same in float64, without a device. */
export function applied({ kernel, latentSize, shape }: LinearModel, latents: ArrayLike<number>): Float64Array {
  const size = sizeOf(shape);
  return Float64Array.from({ length: (latents.length / latentSize) * size }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < latentSize; k++) sum += latents[Math.floor(i / size) * latentSize + k]! * kernel[k * size + (i % size)]!;
    return sum;
  });
}
