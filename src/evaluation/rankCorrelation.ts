import { correlation } from "./correlation.ts";

/**
 * Spearman's ρ of two lists of numbers: Pearson's correlation of their ranks, in [-1, 1]; 1 where one rises whenever the other
 * does, by whatever curve. Equal values share the mean of their ranks.
 *
 * Says whether a loss tells how good samples are, since their scales need have nothing in common.
 *
 * @throws RangeError where they are not equally long
 * Reference: Spearman 1904, "The proof and measurement of association between two things".
 */
export function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return correlation(ranks(a), ranks(b));
}

/** The place of each value in the sorted list, from 1; ties share the mean of their places. */
function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from(values, (_, i) => i).sort((i, j) => values[i]! - values[j]!);
  const places = new Float64Array(values.length);
  for (let first = 0; first < order.length; ) {
    let last = first;
    while (last + 1 < order.length && values[order[last + 1]!] === values[order[first]!]) last++;
    for (let place = first; place <= last; place++) places[order[place]!] = 1 + (first + last) / 2;
    first = last + 1;
  }
  return places;
}
