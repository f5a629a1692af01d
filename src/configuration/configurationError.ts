/** One mistake in somebody's options: where, and what was expected and found there. */
export interface Problem {
  /** Path within the options, `batchSize` or `samples.every`; empty for the whole. */
  readonly path: string;
  /** One sentence without the path: `expected an integer > 0, got 0`. */
  readonly message: string;
}

/** Thrown for wrong options before anything is allocated; names every mistake at once. */
export class ConfigurationError extends Error {
  readonly _tag = "ConfigurationError";
  override readonly name = "ConfigurationError";
  /** The function whose options are wrong. */
  readonly owner: string;
  readonly problems: readonly Problem[];

  constructor(owner: string, problems: readonly Problem[]) {
    const lines = problems.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
    super(`${owner}: ${lines.join("\n  ")}`);
    this.owner = owner;
    this.problems = problems;
  }
}
