import { readFileSync } from "node:fs";
import type { CollapseKind } from "../../src/game/event.ts";
import { collapseDetector, effectiveClasses, type CollapseObservation } from "../../src/probes/collapseDetector.ts";
import { periodicity } from "../../src/probes/periodicity.ts";
import { fold, rootKey } from "../../src/math/random/fold.ts";
import { normals } from "../../src/math/random/normals.ts";
import { assert, close, describe, it } from "../kit/kit.ts";
import type { Trace } from "../references/collapseTraces.ts";

const recorded = (file: string): readonly Trace[] => JSON.parse(readFileSync(new URL(`../references/${file}`, import.meta.url), "utf8")) as readonly Trace[];
const traces = recorded("healthyTraces.json");

/** What is suspected after each observation. */
function suspectedIn(observations: readonly CollapseObservation[]): readonly (readonly CollapseKind[])[] {
  return observations.map((_, i) => collapseDetector(observations.slice(0, i + 1)).map(({ kind }) => kind));
}

/** Nearly all of the samples in one class. */
const only = (place: number, classes: number): readonly number[] => Array.from({ length: classes }, (_, i) => (i === place ? 0.97 : 0.03 / (classes - 1)));
const scaled = (values: readonly number[] | undefined, factor: number): number[] => (values ?? []).map((value) => value * factor);
const swinging = (values: readonly number[], period: number, first: number): number[] => values.map((_, i) => 1 + Math.sin((2 * Math.PI * (first + i)) / period));

/** How each failure changes what is seen, `since` observations after it began (0, 1). */
const planted: Readonly<Record<string, { readonly kind: CollapseKind; readonly plant: (seen: CollapseObservation, since: number) => CollapseObservation }>> = {
  "all samples of one class": { kind: "coverage lost", plant: (seen) => ({ ...seen, shares: only(3, seen.shares!.length) }) },
  "only two classes left": {
    kind: "coverage lost",
    plant: (seen) => ({ ...seen, shares: seen.shares!.map((_, i) => (i < 2 ? 0.5 : 0)) }),
  },
  "samples that are nearly the same, of unknown classes": {
    kind: "coverage lost",
    plant: ({ shares: _, ...seen }) => ({ ...seen, spread: 0.1 * seen.spread! }),
  },
  "another single class each time": { kind: "mode hopping", plant: (seen, since) => ({ ...seen, shares: only(1 + 3 * since, seen.shares!.length) }) },
  "a saturated discriminator and a dead generator gradient": {
    kind: "dead gradient",
    plant: (seen) => ({ ...seen, gradients: scaled(seen.gradients, 1e-5), losses: { ...seen.losses, discriminator: scaled(seen.losses["discriminator"], 1e-4) } }),
  },
  "no gradient at all": { kind: "dead gradient", plant: (seen) => ({ ...seen, gradients: scaled(seen.gradients, 0) }) },
  "a loss that swings every 16 rounds": {
    kind: "oscillation",
    plant: (seen) => ({ ...seen, losses: { ...seen.losses, generator: swinging(seen.losses["generator"]!, 16, seen.round) } }),
  },
  "a loss that swings every 25 rounds, with noise on it": {
    kind: "oscillation",
    plant: (seen) => {
      const noise = normals(fold(rootKey(5), seen.round), seen.losses["generator"]!.length);
      return { ...seen, losses: { ...seen.losses, generator: swinging(seen.losses["generator"]!, 25, seen.round).map((value, i) => value + 0.25 * noise[i]!) } };
    },
  },
  "a loss that is not a number": {
    kind: "divergence",
    plant: (seen) => ({ ...seen, losses: { ...seen.losses, generator: [...seen.losses["generator"]!.slice(1), NaN] } }),
  },
  "samples that are not numbers": { kind: "divergence", plant: ({ shares: _, ...seen }) => ({ ...seen, spread: NaN }) },
  "a gradient that grows thirtyfold from one time to the next": {
    kind: "divergence",
    plant: (seen, since) => ({ ...seen, gradients: scaled(seen.gradients, 30 ** (since + 1)) }),
  },
  "a loss that grows thirtyfold from one time to the next": {
    kind: "divergence",
    plant: (seen, since) => ({ ...seen, losses: { ...seen.losses, generator: seen.losses["generator"]!.map(() => 30 ** (since + 1)) } }),
  },
};

describe("collapseDetector", () => {
  it("has recorded runs of five seeds of each game", () => {
    for (const game of ["ring", "critic", "digits"]) {
      const seeds = traces.filter((trace) => trace.game === game);
      assert.deepEqual(seeds.map(({ seed }) => seed), [1, 2, 3, 4, 5], game);
      for (const { observations } of seeds) assert.equal(observations.length, 10);
    }
  });

  for (const { game, seed, observations } of traces) {
    it(`suspects nothing of a healthy run: ${game}, seed ${seed}`, () => {
      assert.deepEqual(suspectedIn(observations), observations.map(() => []));
      // Nor where no classes are known.
      assert.deepEqual(suspectedIn(observations.map(({ shares: _, ...rest }) => rest)), observations.map(() => []));
    });
  }

  for (const [name, { kind, plant }] of Object.entries(planted)) {
    it(`suspects ${kind} within two observations of ${name}`, () => {
      for (const { game, seed, observations } of traces) {
        for (const begin of [5, 8]) {
          const isBlind = plant(observations[begin]!, 0).shares === undefined;
          const seen = observations.slice(0, begin + 2).map((each, i): CollapseObservation => {
            if (i >= begin) return plant(each, i - begin);
            const { shares, ...rest } = each;
            return isBlind || shares === undefined ? rest : each;
          });
          const [first, second] = suspectedIn(seen).slice(begin);
          assert.ok(first!.includes(kind) || second!.includes(kind), `${game} ${seed}, from ${begin}: ${first!.join()} then ${second!.join()}`);
        }
      }
    });
  }

  it("suspects recorded runs whose generator runs from mode to mode", () => {
    const runs = recorded("hoppingTraces.json");
    assert.equal(runs.length, 3);
    for (const { seed, observations } of runs) {
      const found = new Set(suspectedIn(observations).flat());
      assert.ok(found.has("mode hopping") && found.has("coverage lost"), `seed ${seed}: ${[...found].join(", ")}`);
    }
  });

  it("suspects a run that has never had more than one class", () => {
    const stuck = Array.from({ length: 6 }, (_, i): CollapseObservation => ({ round: i, shares: [0, 0, 1, 0], losses: {} }));
    assert.deepEqual(suspectedIn(stuck), [[], [], [], [], [], ["coverage lost"]]);
  });

  it("says what it rests on", () => {
    const usual = { losses: { discriminator: [1.2] }, gradients: [2] };
    const [found] = collapseDetector([{ round: 1, ...usual }, { round: 2, ...usual }, { round: 3, losses: { discriminator: [0.001] }, gradients: [1e-6] }]);
    assert.deepEqual(found, {
      kind: "dead gradient",
      message: "the generator's gradient has a norm of 0.000001, it was 2 at best; the discriminator's loss is 0.001.",
      evidence: { norm: 1e-6, best: 2, discriminatorLoss: 0.001 },
    });
  });
});

describe("effectiveClasses", () => {
  it("is the number of equally large classes", () => {
    close(effectiveClasses([0.25, 0.25, 0.25, 0.25]), 4, 1e-12);
    close(effectiveClasses([1, 0, 0]), 1, 1e-12);
    close(effectiveClasses([0.5, 0.5, 0, 0]), 2, 1e-12);
  });
});

describe("periodicity", () => {
  const series = (of: (i: number) => number): number[] => Array.from({ length: 200 }, (_, i) => of(i));

  it("finds the period of a wave on a slope, and the deviation of a sine, 1/√2", () => {
    const found = periodicity(series((i) => 3 + 0.05 * i + Math.sin((2 * Math.PI * i) / 20)))!;
    assert.equal(found.period % 20, 0);
    close(found.correlation, 1, 0.02);
    close(found.deviation, Math.SQRT1_2, 0.05);
  });

  it("finds none in a slope, a decay or a constant, and no strong one in noise", () => {
    assert.equal(periodicity(series(() => 2)), undefined);
    for (const of of [(i: number) => Math.exp(-i / 30), (i: number) => i * i]) assert.ok((periodicity(series(of))?.correlation ?? 0) < 0.6);
    for (let seed = 0; seed < 50; seed++) {
      const noise = normals(rootKey(seed), 200);
      assert.ok((periodicity(series((i) => noise[i]!))?.correlation ?? 0) < 0.5);
    }
  });
});
