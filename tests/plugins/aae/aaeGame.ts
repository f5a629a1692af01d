import { adam, autoencoder, autoencoding, mixture, type Game } from "../../../src/index.ts";
import type { CaseRun } from "../../contracts/describePlugin.ts";

/** The smallest autoencoder that is one: a ring of 8 modes in the plane, codes of 2, layers of 8 units. */
export function aaeGame(run: Partial<CaseRun> & { readonly rounds: number }): Game<"samples" | "labels" | "codes"> {
  return autoencoding({
    data: mixture("ring", { batchSize: 8 }),
    networks: autoencoder({ codes: 2, encoder: { widths: [8] }, decoder: { widths: [8] } }),
    optimizer: adam({ learningRate: 1e-2 }),
    seed: 7,
    ...run,
  });
}
