/** Repeats each of `runs` consecutive runs of `run` values `times` times, in place, from the last run to the first. */
export function repeatAxis(values: Float32Array, runs: number, run: number, times: number): void {
  if (times === 1) return;
  for (let i = runs - 1; i >= 0; i--) {
    const from = i * run;
    const begin = from * times;
    const end = begin + run * times;
    if (run < 16) {
      repeatShort(values, from, run, begin, end);
      continue;
    }
    values.copyWithin(begin, from, from + run);
    // Doubling: each copy is as long as everything copied so far.
    for (let done = run; begin + done < end; done *= 2) values.copyWithin(begin + done, begin, begin + Math.min(done, end - begin - done));
  }
}

/** A call per copy costs more than a few values. */
function repeatShort(values: Float32Array, from: number, run: number, begin: number, end: number): void {
  // Backwards: the first copy may lie over the run itself.
  for (let to = end - run; to >= begin; to -= run) {
    for (let j = run - 1; j >= 0; j--) values[to + j] = values[from + j]!;
  }
}
