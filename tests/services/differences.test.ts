import type { Json } from "../../src/configuration/spec.ts";
import { differences } from "../../src/services/differences.ts";
import { assert, describe, it } from "../kit/kit.ts";

const adam = (learningRate: number): Json => ({ name: "adam", options: { learningRate, beta1: 0.5 } });

describe("differences", () => {
  const cases: readonly (readonly [string, Json, Json, readonly string[]])[] = [
    [
      "nothing between equals, whatever the order of members",
      { a: 1, b: { c: [1, { d: null }] } },
      { b: { c: [1, { d: null }] }, a: 1 },
      [],
    ],
    [
      "a changed option, by the path its author knows",
      { optimizers: { generator: adam(0.0002) } },
      { optimizers: { generator: adam(0.0001) } },
      ["optimizers.generator.learningRate: was 0.0002, is 0.0001"],
    ],
    ["a thing of another name as a whole", { objective: { name: "hinge" } }, { objective: adam(1) }, [
      'objective: was hinge, is adam {"beta1":0.5,"learningRate":1}',
    ]],
    ["what was added and what was removed", { a: 1, b: { x: true } }, { b: {}, c: "new" }, [
      "a: was 1, is not there",
      "b.x: was true, is not there",
      'c: was not there, is "new"',
    ]],
    ["a plugin added before others, in one line", { plugins: [{ name: "acgan" }] }, {
      plugins: [{ name: "packing", options: { count: 2 } }, { name: "acgan" }],
    }, [
      'plugins.packing: was not there, is packing {"count":2}',
    ]],
    ["an option of one plugin of several", { plugins: [{ name: "a" }, { name: "b", options: { weight: 1 } }] }, {
      plugins: [{ name: "b", options: { weight: 2 } }],
    }, [
      "plugins.a: was a, is not there",
      "plugins.b.weight: was 1, is 2",
    ]],
    ["another order of plugins", { plugins: [{ name: "a" }, { name: "b" }] }, { plugins: [{ name: "b" }, { name: "a" }] }, [
      "plugins: order was a, b, is b, a",
    ]],
    ["short lists of numbers as a whole", { hidden: [8, 8] }, { hidden: [8, 16, 8] }, ["hidden: was [8,8], is [8,16,8]"]],
    ["lists of unnamed things by place", { layers: [{ size: 1 }, { size: 2 }] }, { layers: [{ size: 3 }] }, [
      "layers[0].size: was 1, is 3",
      'layers[1]: was {"size":2}, is not there',
    ]],
    ["another type", { noise: 64 }, { noise: { size: 64 } }, ['noise: was 64, is {"size":64}']],
    ["a null that appeared", { labels: 1 }, { labels: null }, ["labels: was 1, is null"]],
    ["-0 from 0", { x: 0 }, { x: -0 }, ["x: was 0, is -0"]],
    ["whole configurations of different kinds", 1, "1", ['was 1, is "1"']],
    ["nothing between no options and empty ones", { a: { name: "x" } }, { a: { name: "x", options: {} } }, []],
    ["an option that was not given before", { a: { name: "x" } }, { a: { name: "x", options: { weight: 1 } } }, [
      "a.weight: was not there, is 1",
    ]],
    ["members objects inherit", {}, { constructor: 1 }, ["constructor: was not there, is 1"]],
  ];
  for (const [what, before, after, expected] of cases) {
    it(`names ${what}`, () => assert.deepEqual(differences(before, after), expected));
  }

  it("shortens long values", () => {
    const [line] = differences({ digest: "a".repeat(500) }, { digest: "b" });
    assert.ok(line!.length < 150 && line!.includes("..., is"), line!);
  });

  it("compares long lists of numbers by place", () => {
    const list = Array.from({ length: 100 }, (_, index) => index);
    assert.deepEqual(differences({ list }, { list: list.with(70, -1) }), ["list[70]: was 70, is -1"]);
  });
});
