/** The emoji generator the latent-space examples explore, trained where there is none yet. */
import { lastValueFrom } from "rxjs";
import { adam, dcgan, diffAugment, emoji, folder, gaussian, nonSaturating, on, openGenerator, progressBar, sampleGrid, trainGAN$, type OpenGenerator } from "saddlepoint";
import type { ExampleOptions } from "./commandLine.ts";
import { isTrained } from "./digitsGenerator.ts";

/** Side of its pictures in pixels. */
export const emojiSize = 32;

/** What is trained and where it is kept, unless the command line tells otherwise. */
export const usualEmoji = { rounds: 3000, directory: "runs/emoji" };

/** Opens the newest checkpoint of a folder; plays `rounds` rounds there first where there is none. */
export async function openEmoji({ directory, rounds, seed, backend }: ExampleOptions): Promise<OpenGenerator> {
  if (!(await isTrained(directory))) {
    const events$ = trainGAN$({
      data: emoji({ styles: ["noto"], categories: ["people"], size: emojiSize, batchSize: 32, split: "all" }),
      noise: gaussian(32),
      networks: dcgan({ generator: { widths: [24, 48, 96] }, discriminator: { widths: [16, 32, 64, 96] } }),
      objective: nonSaturating(),
      optimizers: { generator: adam({ learningRate: 2e-3, beta1: 0.5 }), discriminator: adam({ learningRate: 1e-3, beta1: 0.5 }) },
      averaging: { halfLife: 200 },
      // A few hundred pictures: without augmentation the discriminator learns them by heart.
      plugins: [diffAugment({ policies: ["translation", "cutout"] })],
      samples: { every: 500 },
      checkpoints: folder(directory, { every: 500, keep: 1 }),
      rounds,
      seed,
      backend,
    });
    await lastValueFrom(events$.pipe(sampleGrid(directory), progressBar(), on("RunCompleted")));
  }
  return openGenerator(directory, { backend });
}
