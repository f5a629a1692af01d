import { codeAgreement } from "../../../plugins/infogan/codeAgreement.ts";
import { traverse } from "../../../plugins/infogan/traverse.ts";
import { ConfigurationError, correlation, fold, integers, rootKey } from "../../../src/index.ts";
import { assert, close, describe, it } from "../../kit/kit.ts";
import references from "../../references/matching.json" with { type: "json" };

describe("codeAgreement", () => {
  it("is 1 for a partition under other names, whichever they are", () => {
    const classes = [0, 1, 2, 3, 4, 0, 2, 2];
    const codeOf = [3, 0, 4, 1, 2];
    const { agreement, matching } = codeAgreement(classes.map((k) => codeOf[k]!), classes, 5);
    assert.equal(agreement, 1);
    assert.deepEqual(codeOf.map((code) => matching[code]), [0, 1, 2, 3, 4]);
  });

  it("is what scipy's linear_sum_assignment finds", () => {
    for (const { codes, predictions, classes, agreement } of references.matchings) close(codeAgreement(codes, predictions, classes).agreement, agreement, 1e-12);
  });

  it("matches one to one: codes that are all of one class agree once", () => {
    const codes = integers(fold(rootKey(1), "codes"), 1000, 10);
    const { agreement, matching } = codeAgreement(codes, new Int32Array(1000).fill(7));
    const most = Math.max(...Array.from({ length: 10 }, (_, k) => codes.filter((code) => code === k).length));
    close(agreement, most / 1000, 1e-12);
    assert.deepEqual([...matching].sort(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("refuses lists of two lengths, and what is none of the classes", () => {
    const refuses = (of: () => unknown, pattern: RegExp): void => assert.throws(of, (error) => error instanceof ConfigurationError && pattern.test(error.message));
    refuses(() => codeAgreement([0, 1], [0]), /codeAgreement: codes: expected as many codes as predictions, got 2 and 1/);
    refuses(() => codeAgreement([0, 5], [0, 1], 5), /codeAgreement: codes\[1\]: expected an integer >= 0 and < 5, the number of classes, got 5/);
    refuses(() => codeAgreement([0, 1], [-1, 1], 5), /codeAgreement: predictions\[0\]: expected an integer >= 0 and < 5, the number of classes, got -1/);
    refuses(() => codeAgreement([0, 1], [0, 0.5]), /codeAgreement: predictions\[1\]: expected an integer >= 0 and < 10/);
    refuses(() => codeAgreement([0], [0], 17), /codeAgreement: classes: expected an integer > 0 and <= 16, got 17/);
  });
});

describe("correlation", () => {
  it("is what numpy's corrcoef finds", () => {
    for (const { a, b, r } of references.correlations) close(correlation(a, b), r, 1e-12);
  });

  it("is 0 where nothing varies", () => {
    assert.equal(correlation([1, 1, 1], [1, 2, 3]), 0);
  });
});

describe("traverse", () => {
  it("repeats each row and puts the values in one place of it", () => {
    const latents = traverse({ from: { noise: [1, 2, 3, 4], codes: [9, 8, 7, 6], category1: [5, 0] }, rows: 2, field: "codes", coordinate: 1, values: [-1, 0, 1] });
    assert.deepEqual(latents, {
      noise: [1, 2, 1, 2, 1, 2, 3, 4, 3, 4, 3, 4],
      codes: [9, -1, 9, 0, 9, 1, 7, -1, 7, 0, 7, 1],
      category1: [5, 5, 5, 0, 0, 0],
    });
  });

  it("refuses a field or a place that is not there, and rows that do not fit", () => {
    const refuses = (of: () => unknown, pattern: RegExp): void => assert.throws(of, (error) => error instanceof ConfigurationError && pattern.test(error.message));
    const grid = { from: { noise: [1, 2] }, rows: 1, field: "noise", values: [0] };
    refuses(() => traverse({ ...grid, field: "codes" }), /traverse: field: expected one of noise to vary, got "codes"/);
    refuses(() => traverse({ ...grid, from: { noise: [1, 2, 3] }, rows: 2 }), /traverse: from\.noise: expected 2 rows of "noise", got 3 numbers/);
    refuses(() => traverse({ ...grid, coordinate: 2 }), /traverse: coordinate: expected an integer >= 0 and < 2, the numbers of "noise", got 2/);
    refuses(() => traverse({ ...grid, coordinate: -1 }), /traverse: coordinate: expected an integer >= 0, got -1/);
    refuses(() => traverse({ ...grid, coordinate: 0.5 }), /traverse: coordinate: expected an integer >= 0, got 0\.5/);
    refuses(() => traverse({ ...grid, value: [0] } as never), /traverse: value: unknown option; did you mean "values"\?/);
  });
});
