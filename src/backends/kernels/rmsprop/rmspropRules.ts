import type { UpdateRule } from "../fusedUpdate/fusedUpdate.ts";

export interface RmspropNumbers {
  readonly rate: number;
  /** α, how much of the running mean of squares stays. */
  readonly smoothing: number;
  readonly epsilon: number;
}

export interface MomentumNumbers extends RmspropNumbers {
  /** μ, the share of the last move. */
  readonly momentum: number;
}

/**
 * RMSProp: s ← α s + (1 − α) g², p ← p − rate · g / (√s + ε).
 *
 * Tieleman and Hinton 2012, lecture 6e; as PyTorch computes it.
 */
export const rmspropRule: UpdateRule<"squares", RmspropNumbers> = { kernel: "FusedRmsprop", slots: ["squares"] };

/** RMSProp with momentum: s as without, b ← μ b + g / (√s + ε), p ← p − rate · b. */
export const rmspropWithMomentumRule: UpdateRule<"squares" | "momentum", MomentumNumbers> = {
  kernel: "FusedRmspropWithMomentum",
  slots: ["squares", "momentum"],
};
