/** One figure of merit, with what it takes to compare it: no score stands without its network, count and reference. */
export interface Score {
  /** What was measured: `frechet`, `precision`. */
  readonly name: string;
  readonly value: number;
  /** How many samples it was measured on. */
  readonly samples: number;
  /** The feature network's `networkLabel`, `digitClassifier ef9ff9d6`; absent where the samples' own values were compared. */
  readonly network?: string;
  /** The real samples it was measured against: `test digits, 2000 samples`. */
  readonly reference?: string;
  /** What real samples score in the place of the generated ones, as many of them: nothing generated does better but by chance. */
  readonly floor?: number;
  readonly standardError?: number;
}
