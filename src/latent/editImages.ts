import { invert, type Inversion, type InvertOptions } from "./invert.ts";
import type { LatentModel } from "./latentModel.ts";
import { moveAlong } from "./moveAlong.ts";
import { type LatentSamples, samplesAt } from "./samplesAt.ts";

/** Where an edit leads: a direction, of length 1, and how far along it. */
export interface LatentEdit {
  readonly direction: ArrayLike<number>;
  /** One for all images, or one each. */
  readonly distance: number | ArrayLike<number>;
}

export interface EditedImages {
  readonly inversion: Inversion;
  /** G(z*): as near to the images as the model comes. */
  readonly reconstructed: LatentSamples;
  /** G(z* + distance · direction), for each edit in turn. */
  readonly edited: readonly LatentSamples[];
}

/**
 * Edits real images: each is inverted, its latent moved, and the result generated. What an edit should keep is judged
 * against the reconstruction, since what inversion loses the edit cannot bring back.
 *
 * @param images `[count, …shape]`, in the model's range
 * @throws ConfigurationError for wrong options and where images or directions do not fit the model
 * Reference: Zhu et al. 2016, section 3; Shen et al. 2020, section 5.
 */
export async function editImages(
  model: LatentModel,
  images: ArrayLike<number>,
  edits: readonly LatentEdit[],
  options: InvertOptions = {},
): Promise<EditedImages> {
  const inversion = await invert(model, images, options);
  const reconstructed = await samplesAt(model, inversion.latents);
  const edited: LatentSamples[] = [];
  for (const { direction, distance } of edits) edited.push(await samplesAt(model, moveAlong(inversion.latents, direction, distance)));
  return { inversion, reconstructed, edited };
}
