import { checkOptions, having, integer, optional } from "../configuration/checkOptions.ts";
import { ConfigurationError } from "../configuration/configurationError.ts";
import type { OpenSource, Source } from "../game/source.ts";
import { fold, rootKey } from "../math/random/fold.ts";
import { epochOrder } from "./epochOrder.ts";
import { batchOfRows, rowsOfItem, type SampleRow } from "./sampleRows.ts";

export interface LabelledSubsetOptions {
  /** Samples of each class. */
  readonly perClass: number;
  /** Which of them: another seed draws others, whatever the run's seed is. Default 0. */
  readonly seed?: number;
}

/** Samples looked at for each one wanted, before a source without an end is given up. */
const PATIENCE = 1_000;
const DRAW = 500;

/**
 * A few samples of every class of a source, for learning from few labels: the same number of each, drawn by a seed of its own.
 *
 * Fields and batch size are the source's. They are read once, when it is opened, and then drawn in a shuffled order; a batch
 * larger than the subset runs over it again.
 *
 * @throws ConfigurationError for wrong options; opening it, where the source has no labels of a known number of classes, or too few
 * samples of one
 * @example One hundred labelled digits: `labelledSubset(digits({ batchSize: 100 }), { perClass: 10, seed: 1 })`
 */
export function labelledSubset<const Fields extends string>(source: Source<Fields | "labels">, options: LabelledSubsetOptions): Source<Fields | "labels"> {
  checkOptions("labelledSubset", { source: having("a source", "open"), perClass: integer(), seed: optional(integer(0)) }, { ...options, source });
  const { perClass, seed = 0 } = options;
  const { spec, batchSize, provides } = source;
  return {
    spec: { name: "labelledSubset", options: { perClass, seed, source: { name: spec.name, options: spec.options ?? {} } } },
    provides,
    ...(batchSize === undefined ? {} : { batchSize }),
    async open({ key, signal }) {
      const open = await source.open({ key: fold(rootKey(seed), "labelledSubset"), signal });
      try {
        const { fields, content } = open;
        const chosen = await chosenOf(open, perClass, signal);
        const order = epochOrder(fold(key, "labelledSubset"), chosen.length, true);
        return {
          fields,
          length: chosen.length,
          ...(content === undefined ? {} : { content }),
          at: (position, count) => batchOfRows(fields, Array.from(order(position, count), (row) => chosen[row]!)),
        };
      } finally {
        await open.close?.();
      }
    },
  };
}

/** The first `perClass` samples of each class, in the order in which the source answers. */
async function chosenOf(open: OpenSource, perClass: number, signal: AbortSignal): Promise<readonly SampleRow[]> {
  const classes = open.fields["labels"]?.classes;
  if (classes === undefined) {
    throw new ConfigurationError("labelledSubset", [{ path: "source", message: "expected samples with labels of a known number of classes; give their source `classes`" }]);
  }
  const found = Array.from({ length: classes }, (): SampleRow[] => []);
  const total = open.length ?? PATIENCE * perClass * classes;
  for (let position = 0; position < total && found.some(({ length }) => length < perClass); position += DRAW) {
    const batch = await open.at(position, Math.min(DRAW, total - position), signal);
    for (const row of rowsOfItem("labelledSubset", open.fields, batch, position)) {
      const own = found[row["labels"]![0]!]!;
      if (own.length < perClass) own.push(row);
    }
  }
  const scarce = found.flatMap((rows, label) => (rows.length < perClass ? [`${rows.length} of class ${label}`] : []));
  if (scarce.length === 0) return found.flat();
  throw new ConfigurationError("labelledSubset", [{ path: "perClass", message: `expected at most as many as there are of every class, got ${perClass} where ${total} samples hold ${scarce.join(", ")}` }]);
}
