import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { adam, folder, gan, gaussian, discriminatorStep, generatorStep, digits, mlp, nonSaturating, train$ } from "../../src/index.ts";
import { eventsOf } from "../contracts/eventsOf.ts";
import { after, assert, before, describe, it, runtime } from "../kit/kit.ts";

let root: string;
before(async () => { root = await mkdtemp(join(tmpdir(), "saddlepoint-")); });
after(() => rm(root, { recursive: true }));

const example = fileURLToPath(new URL("../../examples/41_turing.ts", import.meta.url));

/** The example on the runtime of this test; `at` is called with the page's address. */
function run(args: readonly string[], at: (url: string, child: ChildProcess) => unknown = () => undefined) {
  const child = spawn(process.execPath, [...(runtime === "deno" ? ["run", "--allow-all"] : []), example, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let [output, errors, isServed] = ["", "", false];
  child.stderr.on("data", (text: Uint8Array) => (errors += String(text)));
  return new Promise<{ readonly code: number | null; readonly output: string; readonly errors: string }>((resolve, reject) => {
    child.stdout.on("data", (text: Uint8Array) => {
      output += String(text);
      const url = /^Open (http:\S+\/)$/m.exec(output)?.[1];
      if (url === undefined || isServed) return;
      isServed = true;
      Promise.resolve(at(url, child)).catch(reject);
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output, errors }));
  });
}

/** Says of every image that it is real. */
async function sayReal(url: string, count: number): Promise<void> {
  for (let trial = 0; trial < count; trial++) {
    const response = await fetch(`${url}answers`, { method: "POST", body: JSON.stringify({ trial, said: "real" }) });
    assert.equal(response.status, 200, await response.text());
  }
}

describe("41_turing.ts", { timeout: 120_000 }, () => {
  it("shows test digits against noise where there is no checkpoint, and tells the confusion rate", async () => {
    const { code, output, errors } = await run(["--trials", "4", "--directory", join(root, "nothing")], (url) => sayReal(url, 4));
    assert.equal(code, 0, errors);
    assert.match(output, /^Test images of MNIST against noise, since there is no checkpoint in .*: 4 of them\.$/m);
    assert.match(output, /^ {2}all +2 of 4, 50\.0 % {2}\(95 % interval 15\.0 % to 85\.0 %\)$/m);
    assert.match(output, /^ {2}generated, taken for real +2 of 2, 100\.0 % /m);
    assert.match(output, /^ {2}real, taken for generated +0 of 2, 0\.0 % /m);
  });

  it("shows the digits of a checkpoint, and ends at Ctrl-C with the answers so far", async () => {
    const directory = join(root, "digits");
    const game = gan({
      data: digits({ batchSize: 4 }), noise: gaussian(3), objective: nonSaturating(), optimizers: adam({ learningRate: 1e-3 }), rounds: 1, backend: "cpu",
      networks: mlp({ generator: { widths: [4] }, discriminator: { widths: [4] } }), checkpoints: folder(directory, { every: 1 }),
    });
    await eventsOf(train$(game, discriminatorStep(), generatorStep()));
    const { code, output, errors } = await run(["--trials", "4", "--directory", directory, "--backend", "cpu"], async (url, child) => {
      await sayReal(url, 1);
      // Deno calls a child that it was told to kill killed, however the child ended.
      process.kill(child.pid!, "SIGINT");
    });
    assert.equal(code, 0, errors);
    assert.match(output, /against digits generated after 1 rounds in/);
    assert.match(output, /^ {2}all +[01] of 1, /m);
  });

  it("tells of a wrong option what is allowed, and ends with exit code 2", async () => {
    for (const [args, expected] of [[["--trails", "4"], "--trails"], [["--trials", "1"], '--trials: expected a whole number >= 2, got "1"']] as const) {
      const { code, errors } = await run(args);
      assert.equal(code, 2, errors);
      assert.ok(errors.includes(expected) && errors.includes("--port <number>"), errors);
    }
    const { code, errors } = await run(["--trials", "5", "--directory", join(root, "nothing")]);
    assert.equal(code, 1, errors);
    assert.match(errors, /trials: expected an even number > 0, got 5/);
  });
});
