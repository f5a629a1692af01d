import { ConfigurationError, type Problem } from "../../src/index.ts";

/** How far codes and classes are the same partition under other names. */
export interface CodeAgreement {
  /** Share of the samples whose class is the one their code is matched with, in [0, 1]; 1 / classes for codes that mean nothing. */
  readonly agreement: number;
  /** The class of each code: a permutation. */
  readonly matching: readonly number[];
}

/**
 * The best one-to-one matching of codes with classes, and how often it is right: what a code found without labels is judged
 * by. Exact, by dynamic programming over sets of classes: 2^classes · classes steps, so for up to about 16.
 *
 * @param codes of each sample, 0 … classes − 1
 * @param predictions the class of each sample by a judge's word
 * @throws ConfigurationError where they are none or not equally many, for anything that is not one of the classes, or more than 16 classes
 */
export function codeAgreement(codes: ArrayLike<number>, predictions: ArrayLike<number>, classes = 10): CodeAgreement {
  refuse(codes, predictions, classes);
  const counts = Array.from({ length: classes }, () => new Float64Array(classes));
  for (let i = 0; i < codes.length; i++) counts[codes[i]!]![predictions[i]!]!++;

  // best[set]: the most that the first |set| codes agree on when they are matched with the classes of the set.
  const sets = 1 << classes;
  const best = new Float64Array(sets).fill(-1);
  const last = new Int8Array(sets);
  best[0] = 0;
  for (let set = 1; set < sets; set++) {
    const code = sizeOfSet(set) - 1;
    for (let k = 0; k < classes; k++) {
      if ((set & (1 << k)) === 0) continue;
      const agreeing = best[set ^ (1 << k)]! + counts[code]![k]!;
      if (agreeing > best[set]!) [best[set], last[set]] = [agreeing, k];
    }
  }
  const matching = new Array<number>(classes);
  for (let set = sets - 1, code = classes - 1; code >= 0; code--) {
    matching[code] = last[set]!;
    set ^= 1 << last[set]!;
  }
  return { agreement: best[sets - 1]! / codes.length, matching };
}

function refuse(codes: ArrayLike<number>, predictions: ArrayLike<number>, classes: number): void {
  const problems: Problem[] = [];
  if (codes.length !== predictions.length || codes.length === 0) {
    problems.push({ path: "codes", message: `expected as many codes as predictions, got ${codes.length} and ${predictions.length}` });
  }
  if (!Number.isInteger(classes) || classes < 1 || classes > 16) problems.push({ path: "classes", message: `expected an integer > 0 and <= 16, got ${classes}` });
  else {
    for (const [path, values] of [["codes", codes], ["predictions", predictions]] as const) {
      const i = Array.from(values).findIndex((value) => !Number.isInteger(value) || value < 0 || value >= classes);
      if (i !== -1) problems.push({ path: `${path}[${i}]`, message: `expected an integer >= 0 and < ${classes}, the number of classes, got ${values[i]}` });
    }
  }
  if (problems.length > 0) throw new ConfigurationError("codeAgreement", problems);
}

function sizeOfSet(set: number): number {
  let size = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) size++;
  return size;
}
