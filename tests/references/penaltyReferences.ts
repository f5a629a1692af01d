import { readFileSync } from "node:fs";
import type { Orthogonality } from "../../src/math/penalties/orthogonality.ts";
import type { Written, WrittenTensors } from "./networkReferences.ts";

/** Penalties of one critic's gradients at given points. */
export interface GradientReference {
  readonly critic: string;
  readonly points: Written;
  readonly parameters: WrittenTensors;
  readonly norms: Written;
  /** By kind of penalty; gradients in the critic's parameters. */
  readonly penalties: Readonly<Record<string, { readonly value: number; readonly gradients: WrittenTensors }>>;
}

/** A layer without bias under spectral norm, after some training passes. */
export interface SpectralReference {
  readonly title: "dense" | "conv2d" | "conv2dTranspose";
  readonly iterations: number;
  readonly passes: number;
  readonly input: Written;
  readonly kernel: Written;
  /** u before the first pass and after the last. */
  readonly start: Written;
  readonly u: Written;
  /** Of the last pass, and the gradients of Σ weights · output. */
  readonly output: Written;
  readonly weights: Written;
  readonly inKernel: Written;
  readonly inInput: Written;
}

export interface PenaltyReferences {
  readonly gradients: readonly GradientReference[];
  readonly clipping: readonly { readonly norm: number; readonly gradients: readonly Written[]; readonly clipped: readonly Written[] }[];
  readonly orthogonality: readonly { readonly kind: Orthogonality; readonly matrix: Written; readonly value: number; readonly gradient: Written }[];
  readonly spectral: readonly SpectralReference[];
}

/** What penalties.py wrote. */
export const penaltyReferences: PenaltyReferences = JSON.parse(readFileSync(new URL("penalties.json", import.meta.url), "utf8"));
