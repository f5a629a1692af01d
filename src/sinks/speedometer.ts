/** Rounds per second over the last seconds of a run. */
export interface Speedometer {
  note(round: number, elapsedMs: number): void;
  /** Nothing before two moments are known. */
  perSecond(): number | undefined;
}

/** Measures over the last `windowMs` of the moments noted; the two newest always count, however far apart. */
export function speedometer(windowMs = 10_000): Speedometer {
  const moments: { readonly round: number; readonly elapsedMs: number }[] = [];
  return {
    note(round, elapsedMs) {
      moments.push({ round, elapsedMs });
      while (moments.length > 2 && moments[1]!.elapsedMs <= elapsedMs - windowMs) moments.shift();
    },
    perSecond() {
      const [first, last] = [moments[0], moments.at(-1)];
      if (first === undefined || last === undefined || last.elapsedMs <= first.elapsedMs) return undefined;
      return ((last.round - first.round) / (last.elapsedMs - first.elapsedMs)) * 1000;
    },
  };
}
