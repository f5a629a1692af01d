import type { Source } from "../../src/game/source.ts";
import { isInSplit, type StyledDrawing, withoutTwins } from "../../src/sources/drawings.ts";
import { emoji, type EmojiOptions } from "../../src/sources/emoji.ts";
import { baseOf, cataloguedEmoji, emojiCategories, emojiIn, emojiStyles } from "../../src/sources/emojiCatalogue.ts";
import { assert, describe, it } from "../kit/kit.ts";
import { describeSource, opened, rowsOf, signal } from "./describeSource.ts";

const few = { size: 8, batchSize: 4, categories: ["activities"] } as const;
describeSource("emoji", () => emoji({ ...few, styles: ["twemoji", "fluent"] }));
describeSource("emoji, paired, by style", () => emoji({ ...few, styles: ["twemoji", "fluent"], paired: true }));
describeSource("emoji, in their order, grey", () => emoji({ ...few, styles: ["fluent"], channels: 1, shuffle: false }), { isKeyed: false });

/** All rows of a source that has an end. */
async function everything(source: Source): Promise<{ readonly length: number; readonly rows: readonly string[]; readonly labels: readonly number[] }> {
  const open = await opened(source);
  const batch = await open.at(0, open.length!, signal);
  return { length: open.length!, rows: rowsOf(batch, "samples").map(String), labels: [...batch.fields["labels"]!] };
}
const twemoji = (more: Partial<EmojiOptions>) => everything(emoji({ styles: ["twemoji"], size: 16, batchSize: 4, shuffle: false, ...more }));

describe("the catalogue of emoji", () => {
  it("has as many without skin tones in each category as noto and twemoji are known to share", async () => {
    const [noto, other] = await Promise.all([emojiIn("noto"), emojiIn("twemoji")]);
    const names = new Set(other.filter(({ name, base }) => name === base).map(({ name }) => name));
    const shared = noto.filter(({ name }) => names.has(name));
    const counts = emojiCategories.slice(0, 8).map((category) => shared.filter((one) => one.category === category).length);
    // Unicode's groups as the packages have them; among people, names of one drawing are counted once.
    assert.deepEqual(counts.toSpliced(1, 1), [171, 160, 131, 219, 85, 266, 250]);
    assert.ok(counts[1]! > 350 && counts[1]! < 388, `${counts[1]}`);
  });

  for (const style of emojiStyles) {
    it(`has every drawing of ${style} once`, async () => {
      const all = await emojiIn(style);
      assert.ok(all.length > 3000);
      assert.equal(new Set(all.map(({ drawing: { body } }) => body)).size, all.length);
      assert.equal(new Set(all.map(({ name }) => name)).size, all.length);
    });
  }

  it("strips one skin tone, two, and one in the middle", () => {
    assert.equal(baseOf("artist"), "artist");
    assert.equal(baseOf("artist-medium-dark-skin-tone"), "artist");
    assert.equal(baseOf("kiss-man-man-dark-skin-tone-medium-light-skin-tone"), "kiss-man-man");
    assert.equal(baseOf("woman-medium-light-skin-tone-blond-hair"), "woman-blond-hair");
    assert.equal(baseOf("gem-stone"), "gem-stone");
    assert.equal(baseOf("dark-skin-tone-headstone"), "dark-skin-tone-headstone");
  });

  it("knows Fluent's short names for people, and leaves a police car's light alone", () => {
    const names = ["artist", "artist-medium-dark", "kiss-dark-light", "police-car", "police-car-light", "unsorted"];
    const set = {
      drawings: new Map(names.map((name) => [name, { body: name, left: 0, top: 0, width: 8, height: 8 }])),
      categories: new Map(names.slice(0, 5).map((name) => [name, name.startsWith("police") ? "Travel & Places" : "People & Body"])),
    };
    assert.deepEqual(
      cataloguedEmoji("fluent", set).map(({ name, base, category }) => [name, base, category]),
      [
        ["artist", "artist", "people"],
        ["artist-medium-dark-skin-tone", "artist", "people"],
        ["kiss-dark-skin-tone-light-skin-tone", "kiss", "people"],
        ["police-car", "police-car", "travel"],
        ["police-car-light", "police-car-light", "travel"],
      ],
    );
  });

  it("keeps the base of two names for one drawing, whatever the alphabet says", () => {
    const one = (name: string, base: string, body: string): StyledDrawing => ({ name, base, drawing: { body, left: 0, top: 0, width: 8, height: 8 } });
    const kept = withoutTwins([one("a-dark-skin-tone", "a", "X"), one("b", "b", "X"), one("d", "d", "Y"), one("c", "c", "Y")]);
    assert.deepEqual(kept.map(({ name }) => name), ["b", "c"]);
  });
});

describe("emoji", () => {
  it("split by base: no emoji of any skin tone or style is in both, and about a fifth is for tests", async () => {
    for (const style of emojiStyles) {
      const all = await emojiIn(style);
      const [train, test] = (["train", "test"] as const).map((split) => all.filter(({ base }) => isInSplit(base, split)));
      assert.equal(train!.length + test!.length, all.length);
      const bases = new Set(train!.map(({ base }) => base));
      assert.equal(test!.filter(({ base }) => bases.has(base)).length, 0);
      const bodies = new Set(train!.map(({ drawing: { body } }) => body));
      assert.equal(test!.filter(({ drawing: { body } }) => bodies.has(body)).length, 0);
      const share = test!.filter(({ name, base }) => name === base).length / all.filter(({ name, base }) => name === base).length;
      assert.ok(share > 0.16 && share < 0.24, `${style}: ${share}`);
    }
  });

  it("have no test picture among the training pictures, as drawn", async () => {
    const categories = ["food", "symbols"] as const;
    const [train, test, all] = await Promise.all((["train", "test", "all"] as const).map((split) => twemoji({ split, categories })));
    assert.equal(train!.length + test!.length, all!.length);
    const seen = new Set(train!.rows);
    assert.equal(test!.rows.filter((row) => seen.has(row)).length, 0);
  });

  it("are labelled by category, whose number does not depend on the choice", async () => {
    const { labels } = await twemoji({ categories: ["symbols", "food"] });
    assert.deepEqual([...new Set(labels)].sort(), [3, 7]);
    const { fields } = await opened(emoji({ ...few, styles: ["twemoji"] }));
    assert.equal(fields["labels"]!.classes, 8);
    assert.equal((await opened(emoji({ ...few, styles: ["fluent"], categories: ["flags"] }))).fields["labels"]!.classes, 9);
  });

  it("are labelled by style where asked", async () => {
    const { labels } = await everything(emoji({ ...few, styles: ["fluent", "twemoji"], labels: "style", shuffle: false }));
    assert.deepEqual([...new Set(labels)], [2, 1]);
  });

  it("have skin tones where asked", async () => {
    const categories = ["people"] as const;
    const drawn = (skinTones: boolean) => opened(emoji({ styles: ["fluent"], size: 8, batchSize: 1, split: "test", categories, skinTones }));
    const [plain, toned] = [(await drawn(false)).length!, (await drawn(true)).length!];
    assert.ok(toned > 4 * plain, `${plain} and ${toned}`);
  });

  it("are paired row by row: each style's field shows what that style alone shows, in the order of names", async () => {
    const styles = ["twemoji", "fluent"] as const;
    const source: Source<"samples" | "labels" | "twemoji" | "fluent"> = emoji({ ...few, styles, paired: true, shuffle: false });
    assert.deepEqual(source.provides, ["samples", "labels", "twemoji", "fluent"]);
    const open = await opened(source);
    const batch = await open.at(0, open.length!, signal);
    assert.deepEqual(batch.fields["samples"], batch.fields["twemoji"]);
    const [one, other] = await Promise.all(styles.map((style) => emojiIn(style)));
    const both = one!.filter(({ name, base, category }) =>
      name === base && category === "activities" && isInSplit(base, "train") && other!.some((emoji) => emoji.name === name)
    );
    assert.equal(open.length, both.length);
    for (const style of styles) {
      // Alone, a style sorts its emoji itself: by all of its pictures, and in the order of their names.
      const alone = await everything(emoji({ size: 8, batchSize: 4, styles: [style], shuffle: false }));
      const names = (style === "twemoji" ? one! : other!)
        .filter(({ name, base, category }) => name === base && category !== "flags" && isInSplit(base, "train"))
        .map(({ name }) => name);
      const expected = both.map(({ name }) => alone.rows[names.indexOf(name)]);
      assert.deepEqual(rowsOf(batch, style).map(String), expected);
    }
  });

  it("are in one category in all styles, that of the first style that has them", async () => {
    const paired = (styles: readonly ["noto" | "fluent", "noto" | "fluent"], category: "food" | "animals") =>
      opened(emoji({ size: 4, batchSize: 1, styles, paired: true, categories: [category], split: "all" }));
    // Crab, lobster, oyster, shrimp, squid and mushroom: animals and a plant to Noto, food to Fluent.
    const [byNoto, byFluent] = [await paired(["noto", "fluent"], "food"), await paired(["fluent", "noto"], "food")];
    assert.equal(byFluent.length! - byNoto.length!, 6);
  });

  it("are white around, unless told otherwise, which is another content", async () => {
    const food = { size: 16, batchSize: 4, categories: ["food"], styles: ["twemoji"], split: "test" } as const;
    const open = await opened(emoji({ ...food, shuffle: false }));
    const pixels = rowsOf(await open.at(0, open.length!, signal), "samples");
    const whiteCorners = pixels.filter((row) => row[0] === 1 && row[1] === 1 && row[2] === 1).length;
    assert.ok(whiteCorners > 0.8 * pixels.length, `${whiteCorners} of ${pixels.length}`);
    assert.match(open.content!, /^[0-9a-f]{32}$/);
    assert.notEqual((await opened(emoji({ ...food, background: [0, 0, 0] }))).content, open.content);
  });

  it("check their options", () => {
    assert.throws(
      () => emoji({ styles: [], size: 0, batchSize: 4, categories: ["fruit"] } as never),
      /styles: expected a list of at least 1[^]*size: expected an integer > 0, got 0[^]*categories\[0\]: expected one of "smileys"/,
    );
    assert.throws(() => emoji({ ...few, styles: ["apple"] } as never), /styles\[0\]: expected one of "noto", "twemoji", "fluent", got "apple"/);
    assert.throws(() => emoji({ ...few, styles: ["noto", "noto"] }), /styles: expected each style once, got noto, noto/);
    assert.throws(() => emoji({ ...few, styles: ["noto", "twemoji"], paired: true, labels: "style" }), /labels: expected "category" where paired/);
  });
});

describe("emoji by name", () => {
  it("are those asked for, in alphabetical order, and those that are none are named", async () => {
    const of = (...names: readonly string[]) => everything(emoji({ styles: ["noto"], size: 8, batchSize: 1, split: "all", shuffle: false, names }));
    const [cook, farmer] = [await of("man-cook"), await of("man-farmer")];
    assert.notDeepEqual(cook.rows, farmer.rows);
    assert.deepEqual((await of("man-farmer", "man-cook")).rows, [...cook.rows, ...farmer.rows]);
    await assert.rejects(of("man-cook", "man-cooking"), /names: expected names of emoji .* got man-cooking/);
  });
});
