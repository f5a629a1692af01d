import { growing, type GrowingOptions, type Stage } from "../../../plugins/progressive/progressive.ts";
import { adam, array, fold, gan, gaussian, nonSaturating, rootKey, uniforms, type Game } from "../../../src/index.ts";
import type { CaseRun } from "../../contracts/describePlugin.ts";

const IMAGES = 10;
const SIDE = 8;
const samples = uniforms(fold(rootKey(3), "images"), IMAGES * SIDE * SIDE, -1, 1);
const small = { widths: [2, 3], convolutions: 1 } as const;
const labels = Int32Array.from({ length: IMAGES }, (_, i) => i);

/** Four pixels for two rounds, a fade of two, then eight pixels. */
export const twoStages: readonly Stage[] = [{ side: 4, hold: 2 }, { side: 8, fade: 2, hold: 1 }];

/** The smallest GAN that can grow: images of 8 × 8 pixels, maps of two and three channels. */
export function grownGame(run: Partial<CaseRun> & { readonly rounds: number }, networks: GrowingOptions = {}): Game<"samples" | "labels"> {
  return gan({
    data: array({ samples, labels, shape: [SIDE, SIDE, 1], range: [-1, 1], batchSize: 4 }),
    noise: gaussian(3),
    networks: growing({ generator: { ...small, ...networks.generator }, discriminator: { ...small, ...networks.discriminator } }),
    objective: nonSaturating(),
    optimizers: adam({ learningRate: 1e-2, beta1: 0, beta2: 0.99 }),
    seed: 5,
    ...run,
  });
}
