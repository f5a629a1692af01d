import { readFileSync } from "node:fs";

type Numbers = readonly number[];

export interface LatentReferences {
  readonly pca: readonly {
    readonly rows: number;
    readonly size: number;
    readonly count: number;
    readonly values: Numbers;
    readonly mean: Numbers;
    readonly components: Numbers;
    readonly deviations: Numbers;
    readonly shares: Numbers;
  }[];
  readonly ganspace: {
    readonly rows: number;
    readonly latentSize: number;
    readonly count: number;
    readonly latents: Numbers;
    readonly features: Numbers;
    readonly directions: Numbers;
  };
  readonly sefa: {
    readonly latentSize: number;
    readonly count: number;
    readonly kernel: Numbers;
    readonly eigenvalues: Numbers;
    readonly directions: Numbers;
  };
  readonly logistic: readonly {
    readonly regularisation: number;
    readonly latents: Numbers;
    readonly labels: readonly boolean[];
    readonly direction: Numbers;
    readonly offset: number;
    readonly accuracy: number;
  }[];
  readonly ridge: {
    readonly ridge: number;
    readonly latents: Numbers;
    readonly values: Numbers;
    readonly direction: Numbers;
    readonly slope: number;
    readonly offset: number;
    readonly determination: number;
  };
  readonly maps: readonly {
    readonly count: number;
    readonly held: number;
    readonly ridge: number;
    readonly from: Numbers;
    readonly to: Numbers;
    readonly matrix: Numbers;
    readonly offset: Numbers;
    readonly error: number;
  }[];
}

/** What latent.py wrote. */
export const latentReferences: LatentReferences = JSON.parse(readFileSync(new URL("latent.json", import.meta.url), "utf8"));
