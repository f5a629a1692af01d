import type { Shape, Tensor } from "../math/tensor.ts";

/**
 * A generator as a function of one latent vector, which the tools of `latent/` explore. `openGenerator` makes one of a
 * checkpoint; any object of this form will do.
 *
 * Latent vectors are plain numbers, row by row: `[count, latentSize]`. The tools that apply a model compute on the device
 * that is open while the model is.
 */
export interface LatentModel {
  /** Length of a latent vector. */
  readonly latentSize: number;
  /** Of one sample: `[28, 28, 1]`. */
  readonly shape: Shape;
  /** Value range of the samples. */
  readonly range?: readonly [number, number];
  /** Latent vectors `[batch, latentSize]` to samples `[batch, …shape]`. Differentiable; a sample depends on its own row only. */
  generate(latents: Tensor): Tensor;
}
