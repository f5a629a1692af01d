import { boolean, type Check, group, number, optional } from "../../configuration/checkOptions.ts";
import type { Json } from "../../configuration/spec.ts";
import type { Tensor } from "../tensor.ts";
import { saysRealWith } from "./crossEntropy.ts";
import type { DiscriminatorScores } from "./objective.ts";

/**
 * What the discriminator is to answer in place of 1 for real and 0 for fake. Only its own loss changes: what the generator
 * is after stays what it was.
 *
 * With targets α for real and β for fake the best discriminator is D = (α p_data + β p_g) / (p_data + p_g). One-sided
 * (β = 0) it is α p_data / (p_data + p_g), the usual one scaled down: it is never quite sure, and its shape is kept. With
 * β > 0, p_g stands in the numerator: where there are no data and many fakes D has the shape of p_g itself, so that wrong
 * samples are drawn to where wrong samples are and have no reason to move nearer to the data.
 *
 * Reference: Salimans et al. 2016, section 3.4; Goodfellow's tutorial 2016, section 4.2.
 */
export interface Smoothing {
  /** α, the target for real samples, in (0, 1]; 0.9 is usual. */
  readonly real: number;
  /** β, the target for generated samples, in [0, α); default 0. Above 0 only with `allowTwoSided`. */
  readonly fake?: number;
  /** Says that `fake` above 0 is meant, against the advice of both references. */
  readonly allowTwoSided?: boolean;
}

const fields = group({ real: number({ above: 0, maximum: 1 }), fake: optional(number({ minimum: 0 })), allowTwoSided: optional(boolean) });

/** The check of an objective's option `smoothing`: targets in range, and two-sided only where that is said in so many words. */
export const smoothingCheck: Check = {
  expected: fields.expected,
  isOptional: true,
  problems(value, path) {
    if (value === undefined) return [];
    const problems = fields.problems(value, path);
    if (problems.length > 0) return problems;
    const { real, fake = 0, allowTwoSided = false } = value as Smoothing;
    if (fake >= real) return [{ path: `${path}.fake`, message: `expected a number below the target for real samples (${real}), got ${fake}` }];
    if (fake === 0 || allowTwoSided) return [];
    const because = "with p_g in the numerator of the best discriminator, wrong samples are drawn to each other and not to the data";
    return [{ path: `${path}.fake`, message: `expected 0, got ${fake}: ${because}; say allowTwoSided: true to have it all the same` }];
  },
};

/** −E[log D(x)] and −E[log(1 − D(G(z)))], with smoothed targets where there are any. */
export function discriminatorCrossEntropy({ real, fake }: DiscriminatorScores, smoothing: Smoothing | undefined): readonly [Tensor, Tensor] {
  return [saysRealWith(smoothing?.real ?? 1, real), saysRealWith(smoothing?.fake ?? 0, fake)];
}

/** What smoothing adds to the options of a spec: nothing where there is none. */
export function smoothingSpec(smoothing: Smoothing | undefined): { readonly [key: string]: Json } {
  return smoothing === undefined ? {} : { smoothing: { real: smoothing.real, fake: smoothing.fake ?? 0 } };
}
