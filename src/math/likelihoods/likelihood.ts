import type { Spec } from "../../configuration/spec.ts";
import type { Tensor } from "../tensor.ts";

/** How likely samples are under what a decoder makes of their codes. */
export interface Likelihood {
  readonly spec: Spec;
  /** What it reads: the decoder's head `samples`, or the logits its trunk ends in. */
  readonly reads: "samples" | "logits";
  /** −log p(x | z) of each sample in nats, `[batch]`, summed over all its values. */
  negativeLog(samples: Tensor, decoded: Tensor): Tensor;
}
