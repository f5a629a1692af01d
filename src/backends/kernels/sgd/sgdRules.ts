import type { UpdateRule } from "../fusedUpdate/fusedUpdate.ts";

/** Gradient descent: p ← p − rate · g. */
export const descentRule: UpdateRule<never, { readonly rate: number }> = { kernel: "FusedDescent", slots: [] };

export interface MomentumNumbers {
  readonly rate: number;
  /** μ, the share of the last move. */
  readonly momentum: number;
  readonly isNesterov: boolean;
}

/** With momentum: b ← μ b + g, p ← p − rate · b, or, in Nesterov's form, p ← p − rate · (g + μ b); as PyTorch computes it. */
export const momentumRule: UpdateRule<"momentum", MomentumNumbers> = { kernel: "FusedMomentum", slots: ["momentum"] };
