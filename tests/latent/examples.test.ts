import { decode } from "fast-png";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { averageLatent, latentAnalogy } from "../../src/latent/latentArithmetic.ts";
import { samplesAt } from "../../src/latent/samplesAt.ts";
import { openGenerator } from "../../src/openGenerator.ts";
import { after, assert, before, close, describe, it, runtime } from "../kit/kit.ts";

let root: string;
before(async () => { root = await mkdtemp(join(tmpdir(), "saddlepoint-")); });
after(() => rm(root, { recursive: true }));

/** Runs an example on the runtime of this test; what it has written to standard output. */
async function play(example: string, directory: string, more: readonly string[] = []): Promise<string> {
  const path = fileURLToPath(new URL(`../../examples/${example}`, import.meta.url));
  const options = ["--rounds", "2", "--backend", "wasm", "--directory", directory, ...more];
  const { stdout } = await promisify(execFile)(process.execPath, [...(runtime === "deno" ? ["run", "--allow-all", "--no-check"] : []), path, ...options]);
  return stdout;
}

async function sizeOf(path: string): Promise<readonly number[]> {
  const { width, height, channels } = decode(await readFile(path), { checkCrc: true });
  return [width, height, channels];
}
/** Of a grid of so many digits, drawn twice as large with lines of two pixels between them. */
const grid = (columns: number, rows: number): readonly number[] => [2 + 58 * columns, 2 + 58 * rows, 1];

describe("the examples of the latent space", { timeout: 180_000 }, () => {
  // All on one generator: the first trains it, the others find it there.
  const digits = (): string => join(root, "digits");

  it("50_interpolation.ts trains a generator where there is none, and walks between its latents", async () => {
    await play("50_interpolation.ts", digits());
    assert.deepEqual(await sizeOf(join(digits(), "interpolation.png")), grid(12, 6));
    assert.deepEqual(await sizeOf(join(digits(), "latent-grid.png")), grid(10, 10));
    const gif = await readFile(join(digits(), "latent-loop.gif"));
    assert.equal(String.fromCharCode(...gif.subarray(0, 6)), "GIF89a");
    // One image descriptor for each of 60 frames follows a graphic control extension.
    const frames = gif.reduce((count, byte, at) => count + Number(byte === 0x21 && gif[at + 1] === 0xf9 && gif[at + 2] === 4 && gif[at + 8] === 0x2c), 0);
    assert.equal(frames, 60);
  });

  it("52_directions.ts finds directions, and tells their side effects before and after projection", async () => {
    const output = await play("52_directions.ts", digits());
    assert.equal(output.match(/^ {2}(along its direction|projected|its slope|slope, others held) +slant -?\d+\.\d\d .*stroke width .*area /gm)?.length, 12);
    assert.deepEqual(await sizeOf(join(digits(), "directions.png")), grid(9, 9));
    assert.deepEqual(await sizeOf(join(digits(), "projected.png")), grid(16, 4));
  });

  it("53_factors.ts finds directions without labels", async () => {
    assert.match(await play("53_factors.ts", digits()), /^SeFa: the first four eigenvalues are \d/m);
    for (const name of ["ganspace.png", "sefa.png"]) assert.deepEqual(await sizeOf(join(digits(), name)), grid(9, 8));
  });

  it("54_truncation.ts tells how sure the judge is and how the classes spread", async () => {
    assert.equal((await play("54_truncation.ts", digits())).match(/^psi \d\.\d: the judge is \d+\.\d % sure; .* \d\.\d\d of/gm)?.length, 6);
    assert.deepEqual(await sizeOf(join(digits(), "truncation.png")), grid(16, 6));
  });

  it("55_editing.ts inverts and edits real digits", async () => {
    assert.equal((await play("55_editing.ts", digits())).match(/ \d+ of 16 are the digits they were; \d\.\d{3} from the real ones/g)?.length, 3);
    assert.deepEqual(await sizeOf(join(digits(), "editing.png")), grid(16, 5));
  });

  it("56_spaces.ts compares four spaces with a control", async () => {
    assert.equal((await play("56_spaces.ts", digits())).match(/^ {2}from +\d pairs \d+ % of the variance is missed, from shuffled pairs \d+ %/gm)?.length, 6);
    assert.deepEqual(await sizeOf(join(digits(), "spaces.png")), grid(4, 10));
  });

  it("the digits' generator takes part in arithmetic", async () => {
    const generator = await openGenerator(digits(), { backend: "wasm" });
    try {
      const size = 3 * generator.latentSize;
      const draws = await generator.latents(9, { seed: 1 });
      const [from, minus, plus] = [draws.subarray(0, size), draws.subarray(size, 2 * size), draws.subarray(2 * size)];
      const answers = [latentAnalogy({ from, minus, plus }, generator.latentSize), latentAnalogy({ from, minus, plus: minus }, generator.latentSize), averageLatent(from, generator.latentSize)];
      const { shape, values } = await samplesAt(generator, answers.flatMap((answer) => [...answer]));
      assert.deepEqual([...shape], [28, 28, 1]);
      assert.ok(values.every((value) => value >= -1 && value <= 1));
      // What is taken away and put back changes nothing.
      close(values.subarray(784, 1568), values.subarray(1568), 1e-5);
      assert.ok(values.subarray(0, 784).some((value, i) => Math.abs(value - values[1568 + i]!) > 1e-3));
    } finally {
      await generator.close();
    }
  });

  it("51_arithmetic.ts adds and takes away emoji", async () => {
    const directory = join(root, "emoji");
    assert.match(await play("51_arithmetic.ts", directory), /^Mean squared distance to the woman of the role: from the man \d\.\d{3}, from man with role − man \+ woman \d\.\d{3}/m);
    assert.deepEqual(await sizeOf(join(directory, "arithmetic.png")), [2 + 66 * 8, 2 + 66 * 5, 3]);
    assert.deepEqual(await sizeOf(join(directory, "mean-man-and-woman.png")), [2 + 66 * 2, 2 + 66, 3]);
  });

  it("52_directions.ts does the same for hue and area of emoji", async () => {
    const directory = join(root, "emoji");
    const output = await play("52_directions.ts", directory, ["--data", "emoji"]);
    assert.equal(output.match(/^ {2}(along its direction|projected|its slope|slope, others held) +hue -?\d+\.\d\d .*area /gm)?.length, 8);
    assert.deepEqual(await sizeOf(join(directory, "projected.png")), [2 + 66 * 16, 2 + 66 * 3, 3]);
  });
});
