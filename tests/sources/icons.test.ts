import type { Source } from "../../src/game/source.ts";
import { inAllStyles } from "../../src/sources/drawings.ts";
import { iconSet, parseIconSet } from "../../src/sources/iconSet.ts";
import { icons, iconsIn, iconStyles } from "../../src/sources/icons.ts";
import { assert, describe, it } from "../kit/kit.ts";
import { describeSource, opened, rowsOf, signal } from "./describeSource.ts";

const small = { size: 8, batchSize: 4, channels: 1, split: "test" } as const;
describeSource("icons", () => icons({ ...small, styles: ["thin", "fill"] }));
describeSource("icons, paired", () => icons({ ...small, styles: ["regular", "fill"], paired: true }));

describe("icons", () => {
  it("are in six styles by the ends of their names, an icon's own name not taken for one", () => {
    const names = ["acorn", "acorn-fill", "flash-light", "flash-light-fill", "flash-light-light", "lone-bold"];
    const set = parseIconSet({ icons: Object.fromEntries(names.map((name) => [name, { body: name }])) });
    const namesOf = (style: (typeof iconStyles)[number]): readonly string[] => iconsIn(style, set).map(({ name, drawing: { body } }) => `${name}=${body}`);
    assert.deepEqual(namesOf("regular"), ["acorn=acorn", "flash-light=flash-light", "lone-bold=lone-bold"]);
    assert.deepEqual(namesOf("fill"), ["acorn=acorn-fill", "flash-light=flash-light-fill"]);
    assert.deepEqual(namesOf("light"), ["flash-light=flash-light-light"]);
  });

  it("are 1,512 complete sets, in which a filled icon covers what its outline does", async () => {
    const source: Source<"samples" | "thin" | "fill"> = icons({ ...small, size: 32, styles: ["thin", "fill"], paired: true, shuffle: false });
    assert.deepEqual(source.provides, ["samples", "thin", "fill"]);
    const open = await opened(source);
    const set = await iconSet("test", "@iconify-json/ph");
    const complete = inAllStyles(iconStyles.map((style) => iconsIn(style, set)))[0]!.length;
    // 9,072 drawings that are not hidden, six of each.
    assert.equal(complete, 9_072 / 6);
    assert.ok(open.length! > 0.16 * complete && open.length! < 0.24 * complete, `${open.length}`);
    const batch = await open.at(0, open.length!, signal);
    const [thin, fill] = [rowsOf(batch, "thin"), rowsOf(batch, "fill")];
    assert.deepEqual(batch.fields["samples"], batch.fields["thin"]);
    // Ink is black: where the thin line is, the filled icon mostly is too.
    const covered = thin.map((row, i) => {
      const inked = [...row.keys()].filter((pixel) => row[pixel]! < 0.5);
      return inked.filter((pixel) => fill[i]![pixel]! < 0.9).length / Math.max(1, inked.length);
    });
    const mean = covered.reduce((sum, share) => sum + share, 0) / covered.length;
    assert.ok(mean > 0.75, `${mean}`);
    const ink = (rows: readonly number[][]): number => rows.flat().filter((value) => value < 0).length;
    assert.ok(ink(fill) > 3 * ink(thin), `${ink(fill)} and ${ink(thin)}`);
  });

  it("are black on white, or what they are told; labelled by style", async () => {
    const open = await opened(icons({ ...small, styles: ["bold", "regular"], channels: 3, colour: [255, 0, 0], background: [0, 0, 255], shuffle: false }));
    assert.deepEqual(open.fields["labels"], { shape: [], dtype: "int32", classes: 6 });
    const { fields } = await open.at(0, open.length!, signal);
    assert.deepEqual([...new Set(fields["labels"])].sort(), [2, 3]);
    // Between blue and red there is no green.
    assert.ok(fields["samples"]!.every((value, i) => i % 3 !== 1 || value === -1));
    assert.ok(fields["samples"]!.some((value, i) => i % 3 === 0 && value > 0.9));
  });

  it("check their options", () => {
    assert.throws(() => icons({ ...small, styles: ["dotted"] } as never), /styles\[0\]: expected one of "thin", "light", "regular"/);
    assert.throws(() => icons({ ...small, styles: ["bold", "bold"] }), /styles: expected each style once, got bold, bold/);
    assert.throws(() => icons({ ...small, styles: ["bold"], colour: [1, 2] } as never), /colour: expected a colour \[red, green, blue\]/);
  });
});
