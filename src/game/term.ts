import type { Spec } from "../configuration/spec.ts";
import type { Scheduled } from "../math/schedules/schedule.ts";
import type { Tensor } from "../math/tensor.ts";
import type { Seen } from "./seen.ts";

/**
 * One weighted scalar of a turn's loss, pure maths on what is seen. A turn minimises the weighted sum of its terms with
 * respect to the parameters of its players.
 */
export interface Term {
  /** Unique in the game: `adversarial/generator`, `classes/discriminator`. */
  readonly name: string;
  /** The turn whose loss it belongs to. */
  readonly turn: string;
  /** Default 1. A term of weight 0 is not evaluated. */
  readonly weight?: Scheduled;
  /** What it is, for the checkpoint manifest; default its name alone. */
  readonly spec?: Spec;
  /**
   * True where the term differentiates a side's own pass of the discriminator (R1 on real samples): then each side has one,
   * which costs less than a pass on both that is differentiated twice. Default false.
   */
  readonly differentiatesSide?: boolean;
  /** The scalar, on the tape. Runs inside a tidy: returns one tensor and keeps none. */
  of(seen: Seen): Tensor;
}
