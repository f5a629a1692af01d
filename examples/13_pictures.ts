/**
 * What the picture sources give, before anything is trained on it: emoji in three styles side by side, all categories of
 * one style, icons as outline and filled, and stacked digits. A look at the data is worth more than a look at the loss.
 *
 *     bun examples/13_pictures.ts
 *     deno run -A examples/13_pictures.ts --seed 2
 */
import { join } from "node:path";
import { drawFrom, emoji, emojiCategories, icons, stackedDigits, writeGrid, type FieldValues } from "saddlepoint";
import { failed, readOptions } from "./commandLine.ts";

const { rounds: rows, directory, seed } = readOptions({ rounds: 8, directory: "runs/pictures", counted: "rows of pictures to draw" });
const size = 48;
const columns = 12;
const range = [-1, 1] as const;

/** One grid of several fields: the samples of each stand next to each other. */
function sideBySide(fields: readonly FieldValues[], count: number): Float32Array {
  const area = fields[0]!.length / count;
  const values = new Float32Array(fields.length * fields[0]!.length);
  fields.forEach((field, i) => {
    for (let row = 0; row < count; row++) values.set(field.subarray(row * area, (row + 1) * area), (row * fields.length + i) * area);
  });
  return values;
}

try {
  const styles = ["noto", "twemoji", "fluent"] as const;
  const triples = (rows * columns) / styles.length;
  const drawn = await drawFrom(emoji({ styles, paired: true, size, batchSize: triples, split: "all" }), triples, { seed });
  await writeGrid(
    join(directory, "emoji-styles.png"),
    { count: rows * columns, shape: [size, size, 3], range, values: sideBySide(styles.map((style) => drawn.fields[style]), triples) },
    { columns, scale: 1 },
  );

  const byCategory: Float32Array[] = [];
  for (const category of emojiCategories.slice(0, 8)) {
    const { fields } = await drawFrom(emoji({ styles: ["noto"], categories: [category], size, batchSize: columns }), columns, { seed });
    byCategory.push(fields.samples as Float32Array);
  }
  const sorted = Float32Array.from(byCategory.flatMap((samples) => [...samples]));
  await writeGrid(join(directory, "emoji-categories.png"), { count: 8 * columns, shape: [size, size, 3], range, values: sorted }, { columns, scale: 1 });

  const pairs = (rows * columns) / 2;
  const signs = await drawFrom(icons({ styles: ["regular", "fill"], paired: true, size, channels: 1, batchSize: pairs }), pairs, { seed });
  await writeGrid(
    join(directory, "icons.png"),
    { count: 2 * pairs, shape: [size, size, 1], range, values: sideBySide([signs.fields.regular, signs.fields.fill], pairs) },
    { columns, scale: 1 },
  );

  const stacks = await drawFrom(stackedDigits({ batchSize: rows * columns }), rows * columns, { seed });
  await writeGrid(
    join(directory, "stacked-digits.png"),
    { count: rows * columns, shape: [28, 28, 3], range, values: stacks.fields.samples as Float32Array },
    { columns, scale: 2 },
  );
  console.log(`The first stack shows ${String(stacks.fields.labels[0]).padStart(3, "0")}: red, green, blue.`);
} catch (error) {
  failed(error);
}
console.log(`Pictures: ${directory}/{emoji-styles,emoji-categories,icons,stacked-digits}.png`);
