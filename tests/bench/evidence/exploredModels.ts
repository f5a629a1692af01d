/** Models that several jobs explore: trained by whichever comes first. */
import { dirname, join } from "node:path";
import { lastValueFrom, retry, throwError, timer, type Observable } from "rxjs";
import { playQuickStart } from "../../../examples/digitsGenerator.ts";
import { openGenerator, type NetworkPair, type OpenGenerator } from "../../../src/index.ts";
import type { Bench } from "./table.ts";

export const exploredRounds = 2500;

/** Where a model is kept that several jobs explore. */
export const sharedFolder = ({ folder: place }: Bench, name: string, seed: number): string => join(dirname(place), "latent-models", `${name}-${seed}`);

/** Plays a run to its end; where another process plays it, waits for that. */
export async function toItsEnd<Event>(training: Observable<Event>): Promise<void> {
  const isLocked = (error: unknown): boolean => (error as { reason?: string }).reason === "locked";
  await lastValueFrom(training.pipe(retry({ delay: (error) => (isLocked(error) ? timer(2_000) : throwError(() => error)) })));
}

/** The quick start under a seed, or another of its kind: the folder of its checkpoint, where it is trained if it is not there yet. */
export async function trainedFolder(bench: Bench, name: string, seed: number, networks?: NetworkPair, rounds = exploredRounds): Promise<string> {
  const directory = sharedFolder(bench, name, seed);
  await toItsEnd(playQuickStart({ directory, rounds, seed, backend: bench.backend, ...(networks === undefined ? {} : { networks }) }));
  return directory;
}

/** Its generator. */
export async function openTrained(bench: Bench, name: string, seed: number, networks?: NetworkPair): Promise<OpenGenerator> {
  return openGenerator(await trainedFolder(bench, name, seed, networks), { backend: bench.backend });
}
