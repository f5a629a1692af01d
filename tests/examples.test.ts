import { decode } from "fast-png";
import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { ddim } from "../plugins/diffusion/diffusion.ts";
import { growingLayers } from "../plugins/progressive/progressive.ts";
import type { TrainingEvent } from "../src/game/event.ts";
import { generate } from "../src/generate.ts";
import { after, assert, before, describe, it, runtime } from "./kit/kit.ts";

let root: string;
before(async () => { root = await mkdtemp(join(tmpdir(), "saddlepoint-")); });
after(() => rm(root, { recursive: true }));

interface Finished {
  readonly code: number | null;
  readonly signal: string | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs an example on the runtime of this test; `watch` sees what it has written to standard error so far. */
function run(example: string, args: readonly string[], watch: (errors: string, interrupt: () => void) => void = () => {}): Promise<Finished> {
  const path = fileURLToPath(new URL(`../examples/${example}`, import.meta.url));
  const child = spawn(process.execPath, [...(runtime === "deno" ? ["run", "--allow-all"] : []), path, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let errors = "";
  child.stdout.on("data", (text: Uint8Array) => (output += String(text)));
  child.stderr.on("data", (text: Uint8Array) => {
    errors += String(text);
    watch(errors, () => process.kill(child.pid!, "SIGINT"));
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, output, errors }));
  });
}

async function sizeOfPng(path: string): Promise<readonly number[]> {
  const { width, height, channels } = decode(await readFile(path), { checkCrc: true });
  return [width, height, channels];
}

function assertFinished({ code, signal, errors }: Finished): void {
  assert.deepEqual({ code, signal }, { code: 0, signal: null }, errors);
}

describe("the examples", { timeout: 180_000 }, () => {
  it("10_gaussians.ts draws real and generated points and counts the modes found", async () => {
    const directory = join(root, "gaussians");
    const finished = await run("10_gaussians.ts", ["--rounds", "20", "--backend", "wasm", "--directory", directory]);
    assertFinished(finished);
    assert.match(finished.output, /^\d of 8 modes found, \d+ % of the points/m);
    assert.deepEqual(await readdir(directory), ["samples-000020.png"]);
    assert.deepEqual(await sizeOfPng(join(directory, "samples-000020.png")), [480, 480, 3]);
  });

  it("11_densities.ts draws data, generated samples and discriminator as the rounds go by, and says how far apart they are", async () => {
    const directory = join(root, "densities");
    const finished = await run("11_densities.ts", ["--rounds", "3", "--backend", "wasm", "--directory", directory]);
    assertFinished(finished);
    assert.match(finished.output, /^Round 3: the densities are 0\.\d{4} apart .*, D is 0\.\d{3} from ½ on average\.$/m);
    assert.deepEqual((await readdir(directory)).sort(), ["densities-000001.png", "densities-000002.png", "densities-000003.png"]);
    assert.deepEqual(await sizeOfPng(join(directory, "densities-000003.png")), [640, 400, 3]);
  });

  it("12_gradients.ts draws every generator's cost and gradient, and a critic beside a discriminator", async () => {
    const directory = join(root, "gradients");
    const finished = await run("12_gradients.ts", ["--rounds", "3", "--backend", "wasm", "--directory", directory]);
    assertFinished(finished);
    assert.match(finished.output, /^ {2}the critic {4}\d\.\d\d, of at most 1$/m);
    const files = ["costs.png", "critics-gradients.png", "critics.png", "gradients.png"];
    assert.deepEqual((await readdir(directory)).sort(), files);
    for (const file of files) assert.deepEqual(await sizeOfPng(join(directory, file)), [640, 400, 3], file);
  });

  it("13_pictures.ts draws emoji, icons and stacked digits", async () => {
    const directory = join(root, "pictures");
    const finished = await run("13_pictures.ts", ["--rounds", "2", "--directory", directory]);
    assertFinished(finished);
    assert.match(finished.output, /^The first stack shows \d{3}: red, green, blue\.$/m);
    // Pictures of 48 pixels (28, twice as large) with lines of 2 between and around them, twelve in a row.
    const sizes = { "emoji-categories.png": [602, 402, 3], "emoji-styles.png": [602, 102, 3], "icons.png": [602, 102, 1], "stacked-digits.png": [698, 118, 3] };
    assert.deepEqual((await readdir(directory)).sort(), Object.keys(sizes));
    for (const [file, size] of Object.entries(sizes)) assert.deepEqual(await sizeOfPng(join(directory, file)), size, file);
  });

  it("20_digits.ts stops at Ctrl-C with a checkpoint, goes on from it, and says when there is nothing left to do", async () => {
    const directory = join(root, "digits");
    const options = ["--backend", "wasm", "--directory", directory];
    const checkpointed = async (): Promise<readonly string[]> => (await readdir(directory)).filter((name) => /^round-\d+\.json$/.test(name));
    let isInterrupted = false;
    const stopped = await run("20_digits.ts", options, (errors, interrupt) => {
      // The first progress line: rounds have been played.
      if (!isInterrupted && errors.includes(" %  ")) {
        isInterrupted = true;
        interrupt();
      }
    });
    assertFinished(stopped);
    const [manifest, ...others] = await checkpointed();
    assert.deepEqual(others, []);
    const round = Number(manifest!.slice("round-".length, -".json".length));
    assert.ok(round > 0);
    assert.match(stopped.output, new RegExp(`^Stopped after ${round} rounds`, "m"));

    const rounds = round + 2;
    const last = `samples-${String(rounds).padStart(6, "0")}.png`;
    const resumed = await run("20_digits.ts", [...options, "--rounds", String(rounds)]);
    assertFinished(resumed);
    assert.ok(resumed.errors.includes(`at round ${round} from`), resumed.errors);
    assert.match(resumed.output, new RegExp(`^Finished after ${rounds} rounds`, "m"));
    assert.ok(resumed.output.includes(last), resumed.output);
    assert.deepEqual(await sizeOfPng(join(directory, last)), [466, 466, 1]);
    assert.ok((await checkpointed()).includes(`round-${String(rounds).padStart(6, "0")}.json`));
    const lines = (await readFile(join(directory, "events.jsonl"), "utf8")).trimEnd().split("\n").map((line) => JSON.parse(line) as TrainingEvent);
    assert.deepEqual(
      lines.flatMap((event) => (event._tag === "RoundPlayed" ? [event.round] : [])),
      Array.from({ length: rounds }, (_, i) => i + 1),
    );

    const again = await run("20_digits.ts", [...options, "--rounds", String(rounds)]);
    assertFinished(again);
    assert.ok(again.errors.includes("finished    already"), again.errors);

    const { count, shape, values } = await generate({ checkpoint: directory, count: 3, backend: "wasm" });
    assert.deepEqual([count, shape, values.length], [3, [28, 28, 1], 3 * 784]);
  });

  it("21_judged.ts measures while it trains, beside floors, and draws the best checkpoint", async () => {
    const directory = join(root, "judged");
    const finished = await run("21_judged.ts", ["--rounds", "3", "--backend", "wasm", "--directory", directory]);
    assertFinished(finished);
    assert.match(finished.output, /^Finished after 3 rounds; measuring took \d+\.\d % of the time\. The last scores, of 100 digits:$/m);
    assert.equal(finished.output.match(/^ {2}(frechet|coverage|density|classes|classesPresent|confidence|reverseKl|totalVariation) +\d+\.\d{3} {3}of real digits \d+\.\d{3}$/gm)?.length, 8);
    const files = await readdir(directory);
    for (const file of ["best.json", "best.png", "scores.png"]) assert.ok(files.includes(file), files.join());
    assert.deepEqual(await sizeOfPng(join(directory, "best.png")), [2 + 58 * 10, 2 + 58 * 10, 1]);
  });

  it("30_conditional.ts draws digits in columns of their classes, writes the digits of pi, and says how many are right", async () => {
    const directory = join(root, "conditional");
    const finished = await run("30_conditional.ts", ["--rounds", "2", "--backend", "wasm", "--directory", directory]);
    assertFinished(finished);
    assert.match(finished.output, /^\d+\.\d % of 1000 samples are the digit that was asked for/m);
    // Eight lines of ten digits, and one line of twenty.
    const [width, height] = await sizeOfPng(join(directory, "samples-000002.png"));
    assert.ok(width! > height!);
    const [line, one] = await sizeOfPng(join(directory, "pi.png"));
    assert.ok(line! > 15 * one!);
  });

  it("30_conditional.ts draws emoji of 64 pixels in columns of their categories", async () => {
    const directory = join(root, "categories");
    const finished = await run("30_conditional.ts", ["--data", "emoji", "--side", "64", "--rounds", "2", "--backend", "wasm", "--directory", directory]);
    assertFinished(finished);
    assert.match(finished.output, /^Columns: smileys, people, animals, food, travel, activities, objects, symbols\./m);
    // Eight lines of eight categories, with lines of 2 pixels between and around them.
    assert.deepEqual(await sizeOfPng(join(directory, "samples-000002.png")), [2 + 66 * 8, 2 + 66 * 8, 3]);
    assert.deepEqual((await generate({ checkpoint: directory, count: 1, given: { labels: [3] }, backend: "wasm" })).shape, [64, 64, 3]);
  });

  it("31_acgan.ts says how alike the samples of one digit are, beside real ones, and how many of those they cover", async () => {
    const directory = join(root, "acgan");
    const finished = await run("31_acgan.ts", ["--rounds", "2", "--backend", "wasm", "--directory", directory]);
    assertFinished(finished);
    const [alike, realAlike] = /one digit: (\d\.\d+), of two real ones (\d\.\d+)/.exec(finished.output)!.slice(1).map(Number);
    assert.ok(realAlike! > 0.2 && realAlike! < 0.5, `real digits: ${realAlike}`);
    // After two rounds every sample is the same grey.
    assert.ok(alike! > realAlike!, `generated: ${alike}`);
    const [coverage, least, realCoverage] = /^Coverage within the digits: (\d\.\d+), least (\d\.\d+); of real ones about (\d\.\d+)\./m.exec(finished.output)!.slice(1).map(Number);
    // Of a hundred each and five neighbours.
    assert.equal(realCoverage!.toFixed(3), (1 - (99 * 98 * 97 * 96 * 95) / (199 * 198 * 197 * 196 * 195)).toFixed(3));
    assert.ok(least! <= coverage! && coverage! < 0.2, `covered: ${coverage}, least ${least}`);
    assert.ok((await readdir(directory)).includes("samples-000002.png"));
  });

  it("32_infogan.ts draws traversals of each code, and says what the codes have to do with digits, slant and width", async () => {
    const directory = join(root, "infogan");
    const finished = await run("32_infogan.ts", ["--rounds", "2", "--backend", "wasm", "--directory", directory]);
    assertFinished(finished);
    assert.match(finished.output, /agree with the ten digits in \d+\.\d % of 1000 samples/);
    assert.match(finished.output, /^Correlation of slant with code 1: -?\d\.\d\d, with code 2: -?\d\.\d\d\.$/m);
    const [square, lines] = await sizeOfPng(join(directory, "category.png"));
    assert.equal(square, lines);
    for (const file of ["code1.png", "code2.png"]) assert.ok((await sizeOfPng(join(directory, file)))[0]! > square!, file);
    assert.match(await readFile(join(directory, "events.jsonl"), "utf8"), /"information\/category1":/);
  });

  it("33_aae.ts draws where the digits lie and what the plane decodes to, and says how many are at home", async () => {
    const directory = join(root, "aae");
    const finished = await run("33_aae.ts", ["--rounds", "3", "--backend", "wasm", "--directory", directory]);
    assertFinished(finished);
    assert.match(finished.output, /^\d+ % of 2000 test digits lie nearest to the mode of their digit\.$/m);
    assert.deepEqual(await sizeOfPng(join(directory, "latents.png")), [480, 480, 3]);
    assert.deepEqual(await sizeOfPng(join(directory, "plane.png")), [602, 602, 1]);
  });

  it("34_vae.ts draws the codes of an adversarial and a variational autoencoder side by side, and tells the bounds", async () => {
    const directory = join(root, "vae");
    const finished = await run("34_vae.ts", ["--rounds", "3", "--backend", "wasm", "--directory", directory]);
    assertFinished(finished);
    const [bound, elbo] = /at least (-?\d+\.\d\d) nats by ten samples of each code; by one (-?\d+\.\d\d)/.exec(finished.output)!.slice(1).map(Number);
    assert.ok(bound! >= elbo!, finished.output);
    assert.deepEqual(await sizeOfPng(join(directory, "latents.png")), [968, 480, 3]);
    for (const name of ["aae", "vae"]) assert.deepEqual(await sizeOfPng(join(directory, `plane-${name}.png`)), [602, 602, 1]);
  });

  it("36_progressive.ts grows digits, goes on from its checkpoint, and says how far it has come", async () => {
    const directory = join(root, "progressive");
    const options = ["--backend", "wasm", "--directory", directory];
    assertFinished(await run("36_progressive.ts", ["--rounds", "2", ...options]));
    const resumed = await run("36_progressive.ts", ["--rounds", "3", ...options]);
    assertFinished(resumed);
    assert.match(resumed.output, /^Finished after 3 rounds at 4 × 4 pixels\.$/m);
    for (const file of ["samples-000002.png", "samples-000003.png"]) assert.deepEqual(await sizeOfPng(join(directory, file)), [530, 530, 1], file);
    assert.deepEqual((await sizeOfPng(join(directory, "generated.png"))).at(-1), 1);
  });

  it("36_progressive.ts grows emoji towards 32 and 64 pixels", async () => {
    for (const side of [32, 64]) {
      const directory = join(root, `progressive-${side}`);
      assertFinished(await run("36_progressive.ts", ["--data", "emoji", "--side", String(side), "--rounds", "2", "--backend", "wasm", "--directory", directory]));
      // Eight by eight while it trains and ten by ten at the end, at every stage of their final size, of which 32 is drawn twice as large.
      assert.deepEqual(await sizeOfPng(join(directory, "samples-000002.png")), [2 + 66 * 8, 2 + 66 * 8, 3]);
      assert.deepEqual(await sizeOfPng(join(directory, "generated.png")), [2 + 66 * 10, 2 + 66 * 10, 3]);
      assert.deepEqual((await generate({ checkpoint: directory, count: 1, backend: "wasm", layers: growingLayers })).shape, [side, side, 3]);
    }
  });

  it("37_semisupervised.ts tells the test error with and without unlabelled digits", async () => {
    const directory = join(root, "semisupervised");
    const finished = await run("37_semisupervised.ts", ["--rounds", "2", "--backend", "wasm", "--directory", directory]);
    assertFinished(finished);
    assert.match(finished.output, /^ {2}learnt from them alone {14}\d+\.\d\d %\n {2}and from 60,000 digits without one {2}\d+\.\d\d %$/m);
    assert.deepEqual((await readdir(directory)).sort(), ["labelled-alone", "samples-000002.png", "with-unlabelled"]);
  });

  it("40_own_plugin.ts plays with a plugin that stands in its own file", async () => {
    const directory = join(root, "own-plugin");
    const finished = await run("40_own_plugin.ts", ["--rounds", "3", "--backend", "wasm", "--directory", directory]);
    assertFinished(finished);
    assert.match(finished.output, /^Finished after 3 rounds\./m);
    assert.deepEqual(await sizeOfPng(join(directory, "samples-000003.png")), [466, 466, 1]);
  });

  it("35_diffusion.ts draws digits by two samplers, and how they come out of the noise", async () => {
    const directory = join(root, "diffusion");
    const finished = await run("35_diffusion.ts", ["--rounds", "2", "--backend", "wasm", "--directory", directory]);
    assertFinished(finished);
    assert.match(finished.output, /^Finished after 2 rounds/m);
    const pictures = (await readdir(directory)).filter((name) => name.endsWith(".png")).sort();
    assert.deepEqual(pictures, ["ancestral.png", "denoising.png", "samples-denoiser-000002.png"]);
  });

  it("35_diffusion.ts draws emoji of 64 pixels in columns of their categories", async () => {
    const directory = join(root, "diffusion-emoji");
    const finished = await run("35_diffusion.ts", ["--data", "emoji", "--side", "64", "--rounds", "2", "--backend", "wasm", "--directory", directory]);
    assertFinished(finished);
    // Four lines of eight categories each, with lines of 2 pixels between and around them.
    for (const file of ["ancestral.png", "denoising.png", "samples-denoiser-000002.png"]) assert.deepEqual(await sizeOfPng(join(directory, file)), [2 + 66 * 8, 2 + 66 * 4, 3], file);
    assert.deepEqual((await generate({ checkpoint: directory, network: "denoiser", count: 1, backend: "wasm", sampler: ddim({ steps: 1 }) })).shape, [64, 64, 3]);
  });

  for (const example of ["10_gaussians.ts", "11_densities.ts", "12_gradients.ts", "13_pictures.ts", "20_digits.ts", "30_conditional.ts", "31_acgan.ts", "32_infogan.ts", "33_aae.ts", "34_vae.ts", "35_diffusion.ts", "36_progressive.ts", "40_own_plugin.ts"]) {
    it(`${example} tells of a wrong option what is allowed, and ends with exit code 2`, async () => {
      const cases = [
        [["--rouns", "5"], "--rouns"],
        [["--rounds", "0"], '--rounds: expected a whole number >= 1, got "0"'],
        [["--backend", "gpu"], '--backend: expected one of auto, webgpu, wasm, cpu, got "gpu"'],
      ] as const;
      const all = await Promise.all(cases.map(([args]) => run(example, args)));
      cases.forEach(([, expected], i) => {
        const { code, errors } = all[i]!;
        assert.equal(code, 2, errors);
        assert.ok(errors.includes(expected) && errors.includes("--seed <number>"), errors);
        assert.ok(!errors.includes("    at "), "a stack is shown");
      });
    });
  }

  it("20_digits.ts says why it cannot resume, and ends with exit code 1", async () => {
    const { code, errors } = await run("20_digits.ts", ["--backend", "wasm", "--directory", join(root, "digits"), "--seed", "2"]);
    assert.equal(code, 1, errors);
    assert.match(errors, /CheckpointFailed: .*seed: was 1, is 2/s);
    assert.ok(!errors.includes("    at "), "a stack is shown");
  });
});
