import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { assert, describe, it } from "../kit/kit.ts";
import { codeBlocks, runCodeBlocks } from "../kit/codeBlocks.ts";
import { root } from "../kit/sources.ts";

const folder = join(root, "plugins");
const plugins = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
const table = readFileSync(join(folder, "README.md"), "utf8");

describe("the method cards", () => {
  for (const name of plugins) {
    const card = join(folder, name, "README.md");

    it(`${name} has one, with code that runs up to the first round`, async () => {
      assert.ok(existsSync(card), "it has no README.md");
      const blocks = codeBlocks(readFileSync(card, "utf8"));
      assert.ok(blocks.some((block) => block.includes(`from "saddlepoint/plugins/${name}"`)), "no code block imports the plugin");
      await runCodeBlocks(card, { isPlayed: false });
    });

    it(`${name} stands in the table of plugins/README.md`, () => {
      assert.ok(table.includes(`[${name}](${name}/README.md)`), `no row links to ${name}/README.md`);
    });
  }
});
