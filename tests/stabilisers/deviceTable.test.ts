import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { devices } from "../bench/deviceCosts/devices.ts";
import { assert, describe, it } from "../kit/kit.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const table = readFileSync(`${root}src/stabilisers/README.md`, "utf8").split("\n").filter((line) => line.startsWith("| ")).map((line) => line.slice(1, -1).split("|").map((cell) => cell.trim()));
const [heading, ...rows] = table as [string[], ...string[][]];

describe("the table of devices", () => {
  it("has a row, once, for each that is measured", () => {
    const names = rows.map(([name]) => name!);
    assert.deepEqual(names.filter((name, i) => names.indexOf(name) !== i), []);
    assert.deepEqual(Object.keys(devices).filter((name) => name !== "nothing" && !names.includes(name)), []);
  });

  it("names files that are there", () => {
    const place = heading.indexOf("file");
    const missing = rows.flatMap((row) => {
      const [first, ...others] = [...row[place]!.matchAll(/`([\w/]+(?:\.ts|\/))`/g)].map(([, path]) => path!);
      assert.ok(first, `${row[0]}: no file`);
      const folder = first.slice(0, first.lastIndexOf("/") + 1);
      return [first, ...others.map((name) => folder + name)].filter((path) => !existsSync(`${root}src/${path}`) && !existsSync(root + path));
    });
    assert.deepEqual(missing, []);
  });
});
