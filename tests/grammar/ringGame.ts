import { gan } from "../../src/game/gan.ts";
import type { Game } from "../../src/game/game.ts";
import { nonSaturating } from "../../src/math/objectives/nonSaturating.ts";
import { mlp } from "../../src/networks/mlp.ts";
import { adam } from "../../src/networks/optimizers/adam.ts";
import { mixture } from "../../src/sources/mixture.ts";
import { gaussian } from "../../src/sources/noise.ts";
import type { CaseRun } from "../contracts/describePlugin.ts";

/** The smallest GAN that is one: a 2-D ring, two MLPs of 8 units. */
export function ringGame(run: Partial<CaseRun> & { readonly rounds: number }): Game<"samples" | "labels"> {
  return gan({
    data: mixture("ring", { batchSize: 8 }),
    noise: gaussian(3),
    networks: mlp({ generator: { widths: [8] }, discriminator: { widths: [8] } }),
    objective: nonSaturating(),
    optimizers: adam({ learningRate: 1e-2, beta1: 0.5 }),
    seed: 7,
    ...run,
  });
}
