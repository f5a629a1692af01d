import { readFileSync } from "node:fs";

/** What `autoencoding.py` has written. */
export interface AutoencodingReferences {
  readonly bernoulli: { readonly shape: [number, number]; readonly logits: number[]; readonly samples: number[]; readonly negativeLog: number[]; readonly gradient: number[] };
  readonly divergence: {
    readonly shape: [number, number];
    readonly mean: number[];
    readonly logVariance: number[];
    readonly value: number[];
    readonly gradients: { readonly mean: number[]; readonly logVariance: number[] };
  };
  /** p(z) = N(0, I₂), p(x | z) = N(W z, I₃), W `[3, 2]`: the evidence is exact. */
  readonly linear: {
    readonly rows: number;
    readonly weights: number[];
    readonly points: number[];
    readonly evidence: number[];
    readonly posteriorMean: number[];
    /** Of the posterior's covariance the diagonal, which leaves a gap between the bounds. */
    readonly posteriorVariance: number[];
  };
}

export const autoencodingReferences = JSON.parse(readFileSync(new URL("./autoencoding.json", import.meta.url), "utf8")) as AutoencodingReferences;
