import type { Blueprint } from "../../src/game/blueprint.ts";
import { gan } from "../../src/game/gan.ts";
import type { Game } from "../../src/game/game.ts";
import type { AnyPlugin } from "../../src/game/plugin.ts";
import type { View, ViewContext } from "../../src/game/view.ts";
import { nonSaturating } from "../../src/math/objectives/nonSaturating.ts";
import { fold, rootKey } from "../../src/math/random/fold.ts";
import { uniforms } from "../../src/math/random/uniforms.ts";
import { dcgan } from "../../src/networks/dcgan.ts";
import { adam } from "../../src/networks/optimizers/adam.ts";
import { array } from "../../src/sources/array.ts";
import { gaussian } from "../../src/sources/noise.ts";
import type { CaseRun } from "../contracts/describePlugin.ts";

const IMAGES = 10;
const samples = uniforms(fold(rootKey(3), "images"), IMAGES * 8 * 8, -1, 1);
const labels = Int32Array.from({ length: IMAGES }, (_, i) => i);

/** The smallest GAN of images: ten of 8 × 8 pixels, each with a label of its own, in batches of 4. */
export function digitGame(run: Partial<CaseRun> & { readonly rounds: number }): Game<"samples" | "labels"> {
  return gan({
    data: array({ samples, labels, shape: [8, 8, 1], range: [-1, 1], batchSize: 4 }),
    noise: gaussian(3),
    networks: dcgan({ generator: { widths: [4] }, discriminator: { widths: [4, 4] } }),
    objective: nonSaturating(),
    optimizers: adam({ learningRate: 1e-3, beta1: 0.5 }),
    seed: 5,
    ...run,
  });
}

/** A game as a plugin leaves it. */
export function assembled(plugin: AnyPlugin, game: Blueprint = digitGame({ rounds: 1 })): Blueprint {
  return plugin.plugin.assemble!(game);
}

/** The view a plugin adds to a game. */
export function viewOf(plugin: AnyPlugin, game?: Blueprint): View {
  return assembled(plugin, game).views.at(-1)!;
}

/** How a view is looked through. */
export function looking(at: Partial<ViewContext> = {}): ViewContext {
  return { key: rootKey(1), side: "real", turn: "discriminator", index: 0, settings: {}, ...at };
}
