import { readFileSync } from "node:fs";

interface Titled {
  readonly title: string;
}
interface Neighbours extends Titled {
  readonly featureSize: number;
  readonly neighbours: number;
  readonly real: readonly number[];
  readonly generated: readonly number[];
  readonly precision: number;
  readonly recall: number;
  readonly density: number;
  readonly coverage: number;
}
interface Pair extends Titled {
  readonly first: readonly number[];
  readonly second: readonly number[];
  readonly value: number;
}
interface Kernels extends Pair {
  readonly featureSize: number;
  readonly standardError: number;
}
interface Inception extends Titled {
  readonly classes: number;
  readonly splits: number;
  readonly probabilities: readonly number[];
  readonly value: number;
  readonly deviation: number;
}
interface Similarity extends Titled {
  readonly shape: readonly [number, number, number];
  readonly scales: number;
  readonly value: number;
}

/** What tests/references/evaluation.py wrote down. */
export const references = JSON.parse(readFileSync(new URL("evaluation.json", import.meta.url), "utf8")) as {
  readonly neighbours: readonly Neighbours[];
  readonly kernels: readonly Kernels[];
  readonly inception: readonly Inception[];
  readonly similarity: readonly Similarity[];
  readonly transport: readonly Pair[];
  readonly copying: {
    readonly featureSize: number;
    readonly generated: readonly number[];
    readonly training: readonly number[];
    readonly heldOut: readonly number[];
    readonly rows: readonly number[];
    readonly distances: readonly number[];
    readonly closer: number;
    readonly pValue: number;
    readonly suspects: number;
  };
  readonly probes: {
    readonly featureSize: number;
    readonly train: readonly number[];
    readonly test: readonly number[];
    readonly labels: readonly number[];
    readonly targets: readonly number[];
    readonly penalty: number;
    readonly probabilities: readonly number[];
    readonly predictions: readonly number[];
    readonly wide: readonly number[];
    readonly wideTargets: readonly number[];
    readonly widePredictions: readonly number[];
  };
};
