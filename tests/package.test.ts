import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { assert, describe, it } from "./kit/kit.ts";
import { root } from "./kit/sources.ts";

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  readonly name: string;
  readonly license: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
};

const topLevel = [
  "src", "plugins", "examples", "tests",
  "package.json", "package-lock.json", "bun.lock", "deno.lock", "bunfig.toml", "deno.json", "tsconfig.json",
  "README.md", "CHANGELOG.md", "LICENSE",
];

describe("the package", () => {
  it("is saddlepoint, under Apache-2.0", () => {
    assert.equal(manifest.name, "saddlepoint");
    assert.equal(manifest.license, "Apache-2.0");
    assert.match(readFileSync(join(root, "LICENSE"), "utf8"), /Apache License\s+Version 2\.0, January 2004/);
  });

  it("pins every version exactly, and that one is installed", () => {
    for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
      assert.match(version, /^\d+\.\d+\.\d+$/, `${name}@${version}`);
      const installed = JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8")) as { version: string };
      assert.equal(installed.version, version, name);
    }
  });

  it("exports files that exist", () => {
    for (const [name, target] of Object.entries(manifest.exports)) {
      if (!name.includes("*")) assert.ok(existsSync(join(root, target)), `${name} → ${target}`);
    }
    assert.equal(import.meta.resolve("saddlepoint"), pathToFileURL(join(root, "src/index.ts")).href);
  });

  it("exports every plugin by name, since Deno takes one * in a target only", () => {
    const folders = existsSync(join(root, "plugins")) ? readdirSync(join(root, "plugins"), { withFileTypes: true }).filter((entry) => entry.isDirectory()) : [];
    for (const { name } of folders) {
      assert.equal(manifest.exports[`./plugins/${name}`], `./plugins/${name}/${name}.ts`, `package.json: exports["./plugins/${name}"]`);
      assert.equal(import.meta.resolve(`saddlepoint/plugins/${name}`), pathToFileURL(join(root, `plugins/${name}/${name}.ts`)).href);
    }
  });

  it("has one copy of tfjs-core", () => {
    assert.deepEqual(copiesOf("@tensorflow/tfjs-core", join(root, "node_modules")), [join(root, "node_modules/@tensorflow/tfjs-core")]);
  });
});

describe("the repository", () => {
  const files = trackedFiles();

  it("has nothing at its top level but what belongs there", () => {
    const names = new Set(files.map((file) => file.split("/")[0]!).filter((name) => !name.startsWith(".")));
    assert.deepEqual([...names].filter((name) => !topLevel.includes(name)), []);
  });

  it("names no package registry and no mirror", () => {
    // A dotted name with one of these words for a label, as every registry and mirror has one.
    const hosts = /\b(?:[\w-]+\.)*(?:registry|mirrors?|npm|npmjs|npmmirror|jsr|pypi|deb|debian|ubuntu|pythonhosted)(?:\.[\w-]+)*\.(?:org|com|net|io|dev)\b/i;
    for (const labels of [["registry", "example", "org"], ["www", "npmjs", "com"], ["deb", "example", "net"]]) assert.match(labels.join("."), hosts);
    const found = files.filter((file) => statSync(join(root, file)).size < 2_000_000 && hosts.test(readFileSync(join(root, file), "utf8")));
    assert.deepEqual(found, []);
  });
});

/** Folders of a package in a tree of nested node_modules. */
function copiesOf(name: string, tree: string): readonly string[] {
  const entries = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder) : []);
  const packages = entries(tree).flatMap((entry) => (entry.startsWith("@") ? entries(join(tree, entry)).map((below) => `${entry}/${below}`) : [entry]));
  const own = packages.includes(name) ? [join(tree, name)] : [];
  const nested = packages.map((entry) => join(tree, entry, "node_modules")).filter((folder) => existsSync(folder));
  return [...own, ...nested.flatMap((folder) => copiesOf(name, folder))];
}

/** What git knows, and what is there in a tree without git. */
function trackedFiles(): readonly string[] {
  if (existsSync(join(root, ".git"))) {
    const listed = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" }).split("\0");
    return listed.filter((file) => file !== "" && existsSync(join(root, file)));
  }
  const ignored = ["node_modules", "runs", "coverage"];
  return readdirSync(root, { withFileTypes: true })
    .filter(({ name }) => !ignored.includes(name))
    .flatMap((entry) =>
      entry.isDirectory()
        ? readdirSync(join(root, entry.name), { recursive: true, withFileTypes: true })
            .filter((below) => below.isFile())
            .map((below) => join(below.parentPath, below.name).slice(root.length).replaceAll("\\", "/"))
        : [entry.name],
    );
}
