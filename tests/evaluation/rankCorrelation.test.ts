import { readFileSync } from "node:fs";
import { correlation } from "../../src/evaluation/correlation.ts";
import { rankCorrelation } from "../../src/evaluation/rankCorrelation.ts";
import { assert, close, describe, it } from "../kit/kit.ts";

interface Case {
  readonly title: string;
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly pearson: number;
  readonly spearman: number;
}
const { cases } = JSON.parse(readFileSync(new URL("../references/rankCorrelation.json", import.meta.url), "utf8")) as { readonly cases: readonly Case[] };

describe("correlations", () => {
  for (const { title, a, b, pearson, spearman } of cases) {
    it(`are scipy's for ${title}`, () => {
      close(correlation(a, b), pearson, 1e-12, "Pearson's");
      close(rankCorrelation(a, b), spearman, 1e-12, "Spearman's");
    });
  }

  it("are 0 where one list does not vary, and refuse lists of different lengths", () => {
    assert.equal(rankCorrelation([2, 2, 2], [1, 2, 3]), 0);
    assert.throws(() => rankCorrelation([1, 2], [1, 2, 3]), RangeError);
  });
});
