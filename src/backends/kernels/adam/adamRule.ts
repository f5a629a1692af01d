import type { UpdateRule } from "../fusedUpdate/fusedUpdate.ts";

export interface AdamNumbers {
  readonly rate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** 1 on the first update. */
  readonly step: number;
  /** Decoupled weight decay (AdamW); 0 without. */
  readonly decay?: number;
}

/**
 * Adam:
 *
 *   m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²,
 *   p ← (1 − rate · decay) p − rate · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε).
 *
 * Kingma and Ba 2015, algorithm 1; Loshchilov and Hutter 2019, algorithm 2; as PyTorch computes them.
 */
export const adamRule: UpdateRule<"m" | "v", AdamNumbers> = { kernel: "FusedAdam", slots: ["m", "v"] };
