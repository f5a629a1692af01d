/** The digit generator the latent-space examples explore: the quick start's, trained where there is none yet. */
import { readdir } from "node:fs/promises";
import { lastValueFrom, type Observable } from "rxjs";
import { adam, dcgan, digits, folder, gaussian, nonSaturating, on, openGenerator, progressBar, trainGAN$, type NetworkPair, type OpenGenerator, type TrainingEvent } from "saddlepoint";
import type { ExampleOptions } from "./commandLine.ts";

export interface DigitsGeneratorOptions extends ExampleOptions {
  /** The quick start's unless told. */
  readonly networks?: NetworkPair;
  /** Layers after which features are taken. */
  readonly featureLayers?: number;
}

/** What is trained and where it is kept, unless the command line tells otherwise: by 20_digits.ts or by these examples. */
export const usualDigits = { rounds: 2500, directory: "runs/digits" };

/** The quick start, or the same with other networks, played in a folder. */
export function playQuickStart({ directory, rounds, seed, backend, networks }: DigitsGeneratorOptions): Observable<TrainingEvent> {
  return trainGAN$({
    data: digits({ batchSize: 32 }),
    noise: gaussian(16),
    networks: networks ?? dcgan({ generator: { widths: [24, 48] }, discriminator: { widths: [12, 24, 48, 96] } }),
    objective: nonSaturating(),
    optimizers: { generator: adam({ learningRate: 2e-3, beta1: 0.5 }), discriminator: adam({ learningRate: 1e-3, beta1: 0.5 }) },
    averaging: { halfLife: 100 },
    checkpoints: folder(directory, { every: 250, keep: 1 }),
    rounds,
    seed,
    backend,
  });
}

/** Opens the newest checkpoint of a folder; plays `rounds` rounds of the quick start there first where there is none. */
export async function openDigits(options: DigitsGeneratorOptions): Promise<OpenGenerator> {
  const { directory, backend, featureLayers } = options;
  if (!(await isTrained(directory))) await lastValueFrom(playQuickStart(options).pipe(progressBar(), on("RunCompleted")));
  return openGenerator(directory, { backend, ...(featureLayers === undefined ? {} : { featureLayers }) });
}

/** Whether a folder holds a checkpoint. */
export async function isTrained(directory: string): Promise<boolean> {
  const files = await readdir(directory).catch(() => []);
  return files.some((file) => /^round-\d+\.json$/.test(file));
}
