import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, assert, describe, it, runtime } from "../kit/kit.ts";
import { root as repository } from "../kit/sources.ts";
import { type Outcome, runSuite } from "./runSuite.ts";

const folder = mkdtempSync(join(tmpdir(), "saddlepoint-suites-"));
const kit = JSON.stringify(join(repository, "tests/kit/kit.ts"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a planted file on the runtime this file runs on. */
function run(name: string, body: string, timeoutMs = 30_000): Promise<Outcome> {
  const file = `${name}.test.ts`;
  writeFileSync(join(folder, file), `import { before, describe, it, assert } from ${kit};\n${body}`);
  mkdirSync(join(folder, "results"), { recursive: true });
  return runSuite(file, { name: runtime, executable: process.execPath }, { root: folder, results: join(folder, "results"), timeoutMs });
}

function countsOf({ passed, failed, skipped }: Outcome): readonly number[] {
  return [passed, failed, skipped];
}

describe("runSuite", () => {
  it("counts tests, not their containers", async () => {
    const outcome = await run(
      "counted",
      `describe("a", () => { it("b", () => {}); describe("c", () => { it("d", () => {}); it("e", { skip: true }, () => {}); }); });
       describe("f", () => { it("g", () => assert.equal(1, 2)); }); it("h", () => {});`,
    );
    assert.deepEqual(countsOf(outcome), [3, 1, 1]);
    assert.equal(outcome.problem, undefined);
  });

  it("counts a crash as a failure", async () => {
    const outcome = await run("crash", `it("a", () => {}); it("b", async () => { process.kill(process.pid, "SIGKILL"); await new Promise(() => {}); });`);
    assert.deepEqual(countsOf(outcome), [0, 1, 0]);
    assert.match(outcome.problem ?? "", /SIGKILL/);
  });

  it("ends a file that does not end, and counts it as a failure", async () => {
    const outcome = await run("endless", `it("a", () => {}); it("b", () => { for (;;); });`, 2_000);
    assert.deepEqual(countsOf(outcome), [0, 1, 0]);
    assert.match(outcome.problem ?? "", /not over after 2 s/);
  });

  it("counts a file without a test as a failure", async () => {
    const outcome = await run("empty", "");
    assert.deepEqual(countsOf(outcome), [0, 1, 0]);
    assert.match(outcome.problem ?? "", /holds no test|without a report/);
  });

  it("counts an early exit as a failure, even with exit code 0", async () => {
    const outcome = await run("exit", `it("a", () => { process.exit(0); }); it("b", () => {});`);
    assert.equal(outcome.passed, 0);
    assert.ok(outcome.failed >= 1);
  });

  for (const [what, body] of [
    ["throws while it loads", `it("a", () => {}); throw new Error("planted");`],
    ["rejects while it loads", `it("a", () => {}); await Promise.reject(new Error("planted"));`],
    ["has a failing hook", `describe("a", () => { before(() => { throw new Error("planted"); }); it("b", () => {}); });`],
    ["throws after a test is over", `it("a", () => { setTimeout(() => { throw new Error("planted"); }, 20); }); it("b", () => new Promise((resolve) => setTimeout(resolve, 200)));`],
    ["rejects after a test is over", `it("a", () => { setTimeout(() => { Promise.reject(new Error("planted")); }, 20); }); it("b", () => new Promise((resolve) => setTimeout(resolve, 200)));`],
  ] as const) {
    it(`counts a file that ${what} as a failure`, async () => {
      const outcome = await run(what.replaceAll(" ", "-"), body);
      assert.ok(outcome.failed >= 1, JSON.stringify(outcome));
    });
  }
});
