import type { BackendChoice } from "../../../src/index.ts";

/** What a job measured: figures and words, one column each. */
export type Measured = Readonly<Record<string, number | string | boolean>>;

/** What the bench lends a job. */
export interface Bench {
  /** A folder of the job's own: checkpoints go here, so that a job that was interrupted goes on. Removed when it is done. */
  readonly folder: string;
  readonly backend: BackendChoice;
  /** The path of a picture that is kept: `results/pictures/<table>-<name>.png`. */
  picture(name: string): string;
}

/** One run with one seed, and what was measured of it. At most about 30 minutes on one core. */
export interface Job {
  /** What is compared within the table: `"dcgan"`, `"acgan, shuffled labels"`. */
  readonly row: string;
  readonly seed: number;
  readonly rounds: number;
  /** Where the budget is smaller than the full set-up's: what was reduced, from what to what. */
  readonly reduced?: string;
  /** Where a round takes another time than most of its table's. */
  readonly msPerRound?: number;
  /** Where the row is to be shown on a backend; the bench's choice unless told. */
  readonly backend?: BackendChoice;
  run(bench: Bench): Promise<Measured>;
}

/** A column of the rendered table: mean ± standard error of a measured figure over the seeds. */
export interface Column {
  readonly figure: string;
  readonly heading: string;
  readonly digits: number;
}

/** A table of the evidence: jobs, and how their lines are read. One file in this folder each. */
export interface Table {
  readonly name: string;
  readonly title: string;
  /** Set-up, what was asked, and the published figures beside which ours stand. Markdown. */
  readonly about: string;
  /** About how long a round takes on one core, in milliseconds: the budget of what was not played yet. */
  readonly msPerRound: number;
  readonly columns: readonly Column[];
  readonly jobs: readonly Job[];
  /** The published set-up where the jobs' is smaller: hours or days each, played with `--full` only. */
  readonly full?: readonly Job[];
}
