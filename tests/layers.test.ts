import { posix } from "node:path";
import { assert, describe, it } from "./kit/kit.ts";
import { importsOf, sourcesBelow } from "./kit/sources.ts";

/**
 * The house, lowest floor first. A file sees its own folder and the floors below; folders of one floor do not see each
 * other. Files at the root of `src` are the folder `train`, and `index.ts` is the roof.
 */
const floors: readonly (readonly string[])[] = [
  ["configuration"],
  ["math"],
  ["platform"],
  ["backends"],
  ["networks"],
  ["game"],
  ["formats"],
  ["services", "evaluation", "latent"],
  ["sources", "steps", "stabilisers", "probes", "sinks"],
  ["run", "pages"],
  ["train"],
  ["index"],
];

/** Packages that belong to one place, and packages that have no place in some folders. */
const packageRules: readonly { readonly packages: RegExp; readonly allows: (file: string, folder: string) => boolean; readonly because: string }[] = [
  {
    packages: /^@tensorflow\/tfjs-backend-/,
    allows: (_, folder) => folder === "backends",
    because: "only src/backends registers backends",
  },
  {
    packages: /^@tensorflow\/(?!tfjs-backend-)/,
    allows: (file) => file === "src/math/tensor.ts",
    because: "tf comes from src/math/tensor.ts, so that there is one copy of it",
  },
  {
    packages: /^webgpu$/,
    allows: (_, folder) => folder === "platform",
    because: "only src/platform knows where WebGPU comes from",
  },
  {
    packages: /^(rxjs|effect)(\/|$)/,
    allows: (_, folder) => !["math", "evaluation", "latent"].includes(folder),
    because: "math, evaluation and latent are plain functions",
  },
  {
    packages: /^saddlepoint(\/|$)/,
    allows: () => false,
    because: "the library does not import itself by name",
  },
];

/** Every breach of the rules in these files, one sentence each. */
function breaches(files: ReadonlyMap<string, string>): readonly string[] {
  return [...files].flatMap(([file, source]) =>
    importsOf(source).flatMap((specifier) => {
      const problem = file.startsWith("src/") ? problemInside(file, specifier) : problemOutside(file, specifier);
      return problem === undefined ? [] : [`${file} imports ${specifier}: ${problem}`];
    }),
  );
}

/** What is wrong with an import in the library itself. */
function problemInside(file: string, specifier: string): string | undefined {
  const folder = folderOf(file);
  const floor = floorOf(folder);
  if (floor < 0) return `src/${folder} is on no floor of tests/layers.test.ts`;
  if (!specifier.startsWith(".")) return packageRules.find(({ packages, allows }) => packages.test(specifier) && !allows(file, folder))?.because;
  const target = posix.join(posix.dirname(file), specifier);
  if (!target.startsWith("src/")) return "the library does not look outside of src";
  const seen = folderOf(target);
  if (seen === folder) return undefined;
  if (folder === "platform" && !["configuration", "math"].includes(seen)) return "platform sees configuration and math only";
  if (floorOf(seen) < 0) return `src/${seen} is on no floor of tests/layers.test.ts`;
  if (floorOf(seen) > floor) return `${seen} stands above ${folder}`;
  return floorOf(seen) === floor ? `${seen} and ${folder} stand side by side` : undefined;
}

/** What is wrong with an import in a plugin or an example. */
function problemOutside(file: string, specifier: string): string | undefined {
  const home = file.startsWith("plugins/") ? file.split("/").slice(0, 2).join("/") : file.split("/")[0]!;
  if (!specifier.startsWith(".")) {
    const isDoor = specifier === "saddlepoint" || (home === "examples" && specifier.startsWith("saddlepoint/plugins/"));
    if (isDoor || !/^(saddlepoint|@tensorflow)(\/|$)/.test(specifier)) return undefined;
  }
  const target = posix.join(posix.dirname(file), specifier);
  if (specifier.startsWith(".") && (target === "src/index.ts" || target.startsWith(`${home}/`))) return undefined;
  return `${home} sees the public API and its own folder only`;
}

function folderOf(file: string): string {
  const [, folder, ...below] = file.split("/");
  if (below.length > 0) return folder!;
  return folder === "index.ts" ? "index" : "train";
}

function floorOf(folder: string): number {
  return floors.findIndex((folders) => folders.includes(folder));
}

describe("the import direction", () => {
  it("holds in src, plugins and examples", () => {
    const files = sourcesBelow("src", "plugins", "examples");
    assert.ok(files.size > 20, `only ${files.size} files were read`);
    assert.deepEqual(breaches(files), []);
  });

  const planted: readonly (readonly [string, string])[] = [
    ["src/math/a.ts", `import { round } from "../game/round.ts";`],
    ["src/math/a.ts", `import type {\n  Round,\n  Turn,\n} from "../game/round.ts";`],
    ["src/math/a.ts", `export * from '../networks/mlp.ts'`],
    ["src/math/a.ts", `const late = await import("../backends/openDevice.ts");`],
    ["src/math/objectives/a.ts", `import { map } from "rxjs/operators";`],
    ["src/evaluation/fid.ts", `import * as Schema from "effect/Schema";`],
    ["src/latent/slerp.ts", `import "rxjs";`],
    ["src/networks/a.ts", `import * as tf from "@tensorflow/tfjs";`],
    ["src/networks/a.ts", `import "@tensorflow/tfjs-backend-wasm";`],
    ["src/platform/bun.ts", `import { openDevice } from "../backends/openDevice.ts";`],
    ["src/backends/webgpu/a.ts", `import { create } from "webgpu";`],
    ["src/services/files.ts", `import { fid } from "../evaluation/fid.ts";`],
    ["src/steps/step.ts", `import { digits } from "../sources/digits.ts";`],
    ["src/sinks/a.ts", `import { train$ } from "../train.ts";`],
    ["src/train.ts", `import { mlp } from "./index.ts";`],
    ["src/networks/a.ts", `import { mlp } from "saddlepoint";`],
    ["src/math/a.ts", `import { close } from "../../tests/kit/kit.ts";`],
    ["src/attic/a.ts", `import { tf } from "../math/tensor.ts";`],
    ["plugins/acgan/acgan.ts", `import { step } from "../../src/steps/step.ts";`],
    ["plugins/acgan/acgan.ts", `import { cgan } from "../cgan/cgan.ts";`],
    ["plugins/acgan/acgan.ts", `import { cgan } from "saddlepoint/plugins/cgan";`],
    ["examples/20_digits.ts", `import { digits } from "../src/sources/digits.ts";`],
  ];
  for (const [file, source] of planted) {
    it(`finds a breach in ${file}: ${source.replaceAll("\n", " ")}`, () => {
      assert.equal(breaches(new Map([[file, source]])).length, 1);
    });
  }

  it("allows what the house allows, and takes no example in a comment for an import", () => {
    const allowed = new Map([
      ["src/math/tensor.ts", `import * as tf from "@tensorflow/tfjs";\nimport type { Json } from "../configuration/spec.ts";`],
      ["src/math/objectives/hinge.ts", `/**\n * import { hinge } from "../../index.ts";\n * await import("../../index.ts")\n */\nimport { tf } from "../tensor.ts";`],
      ["src/backends/openDevice.ts", `import { findGpu } from "../platform/gpuProvider.ts";`],
      ["src/trainGAN.ts", `import { train$ } from "./train.ts";\nimport { folder } from "./services/folder.ts";`],
      ["src/index.ts", `export { trainGAN$ } from "./trainGAN.ts";\nexport type { Round } from "./game/round.ts";`],
      ["plugins/acgan/acgan.ts", `import { definePlugin } from "../../src/index.ts";\nimport { head } from "./networks.ts";\nimport { map } from "rxjs";`],
      ["examples/30_conditional.ts", `import { digits } from "saddlepoint";\nimport { acgan } from "saddlepoint/plugins/acgan";`],
    ]);
    assert.deepEqual(breaches(allowed), []);
  });
});

describe("the names", () => {
  const paths = [...sourcesBelow("src", "plugins", "examples", "tests").keys()];

  it("say what a file holds", () => {
    assert.deepEqual(paths.filter((path) => /(^|\/)(utils?|helpers?|common|misc)(\.[^/]*)?(\/|$)/i.test(path)), []);
  });

  it("have one index.ts, the public API", () => {
    assert.deepEqual(paths.filter((path) => path.endsWith("/index.ts")), ["src/index.ts"]);
  });
});

describe("the test files", () => {
  const files = sourcesBelow("tests");
  const standsOnKit = (file: string): boolean =>
    file === "tests/kit/kit.ts" ||
    importsOf(files.get(file) ?? "").some((specifier) => specifier.startsWith(".") && standsOnKit(posix.join(posix.dirname(file), specifier)));

  it("stand on the kit, which keeps Deno from swallowing errors", () => {
    assert.deepEqual([...files.keys()].filter((file) => file.endsWith(".test.ts") && !standsOnKit(file)), []);
  });
});
