import { classCoverage, densityCoverage, featureStatistics, frechetDistance, type JudgedSamples } from "../../../src/index.ts";

/** What a judge's features say of samples beside as many real ones. */
export interface JudgedFigures {
  readonly frechet: number;
  readonly coverage: number;
  readonly covered: number;
  /** In percent. */
  readonly confidence: number;
}

/** Fréchet distance and coverage in the judge's features against real samples, and how many classes there are. */
export function judgedFigures(said: JudgedSamples, reference: JudgedSamples): JudgedFigures {
  const { covered, meanConfidence } = classCoverage(said);
  return {
    frechet: frechetDistance(featureStatistics(said), featureStatistics(reference)),
    coverage: densityCoverage(reference, said).coverage,
    covered,
    confidence: 100 * meanConfidence,
  };
}
