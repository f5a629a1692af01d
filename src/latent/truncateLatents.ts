import { checkOptions, number, optional } from "../configuration/checkOptions.ts";
import { countOfRows, expectLength } from "./latentRows.ts";

export interface TruncateOptions {
  /** ψ: 1 leaves the latents as they are, 0 makes all of them the centre. Default 0.7. */
  readonly psi?: number;
  /** What they are drawn towards, `[size]`; the origin unless told, which is the mean of the library's noise. */
  readonly centre?: ArrayLike<number>;
}

/**
 * The truncation trick on latents already drawn: `z' = c + ψ (z − c)`. Nearer to the centre samples are more typical and
 * more alike. The other form of the trick, which draws again what lies too far out, is the noise source `truncated`.
 *
 * @throws ConfigurationError for wrong options and lengths that do not fit
 * Reference: Karras, Laine and Aila 2019 (StyleGAN), appendix B; Brock, Donahue and Simonyan 2019, section 3.1.
 */
export function truncateLatents(latents: ArrayLike<number>, size: number, options: TruncateOptions = {}): Float32Array {
  const { psi = 0.7, centre } = options;
  checkOptions("truncateLatents", { psi: optional(number({ minimum: 0 })) }, { psi });
  countOfRows("truncateLatents", "latents", latents, size);
  if (centre !== undefined) expectLength("truncateLatents", "centre", centre, size);
  return Float32Array.from(latents, (value, i) => {
    const towards = centre === undefined ? 0 : centre[i % size]!;
    return towards + psi * (value - towards);
  });
}
