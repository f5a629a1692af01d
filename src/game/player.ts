import type { Spec } from "../configuration/spec.ts";
import type { Tensor } from "../math/tensor.ts";
import type { Optimizer } from "../networks/optimizer.ts";

/** Applied to each of a player's parameters after each repetition of each of its turns: weight clipping, say. */
export interface Constraint {
  readonly spec: Spec;
  /** `name` is the full name, `discriminator/conv2d1/kernel`. Runs inside a tidy; pure. */
  apply(parameter: Tensor, name: string): Tensor;
}

/** Applied to all of a player's gradients at once, before its optimizer sees them: clipping by their common norm, say. */
export interface GradientTransform {
  readonly spec: Spec;
  /** By full parameter name. Runs inside a tidy; pure; answers for the same names. */
  apply(gradients: ReadonlyMap<string, Tensor>): ReadonlyMap<string, Tensor>;
}

/** A scalar of all of a player's gradients, as they are before any transform, measured without changing anything. */
export interface GradientWatch {
  /** Name of the measure: `gradient/generator`. */
  readonly name: string;
  /** Measured in every so-many-th round: the last repetition's gradients. */
  readonly every: number;
  /** By full parameter name. Runs inside a tidy; pure. */
  of(gradients: ReadonlyMap<string, Tensor>): Tensor;
}

/** An optimizer and the parameters it owns. Two players may own the same parameters with slots of their own. */
export interface PlayerPlan {
  readonly optimizer: Optimizer;
  /** A network (`generator`) or a part of one (`discriminator/code`). */
  readonly owns: readonly string[];
  readonly gradients?: readonly GradientTransform[];
  readonly constraints?: readonly Constraint[];
  /** What is measured of the gradients; shapes no training, and is no part of the configuration. */
  readonly watches?: readonly GradientWatch[];
  /** Rounds (0 for the first) at whose start its optimizer forgets: slots and step counts begin anew. Default none. */
  readonly forgetsAt?: readonly number[];
}

/** Whether a player that owns these parts owns the parameter of this full name. */
export function ownsParameter(owns: readonly string[], name: string): boolean {
  return owns.some((part) => name === part || name.startsWith(`${part}/`));
}
