import type { AdamNumbers } from "./adamRule.ts";

/** The parts of an update that are the same for every value, in double precision. */
export function adamFactors({ rate, beta1, beta2, step, decay = 0 }: AdamNumbers): {
  readonly kept: number;
  readonly rateOverBias1: number;
  readonly oneOverBias2: number;
} {
  return {
    kept: 1 - rate * decay,
    rateOverBias1: rate / (1 - beta1 ** step),
    oneOverBias2: 1 / (1 - beta2 ** step),
  };
}
