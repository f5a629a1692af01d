/**
 * `npm test`, `bun run test`, `deno task test`: installs what is missing and runs all suites on Bun and on Deno.
 * `npm test -- --help` tells the options. Not named test.mjs: a plain `deno test` would take that for a suite.
 */
import process from "node:process";
import { installMissing, root, runtimePath, runToEnd } from "../../examples/bootstrap.mjs";

try {
  installMissing(["bun", "deno"]);
  const args = [`${root}tests/runtime/runTests.ts`, `--deno=${runtimePath("deno")}`, ...process.argv.slice(2)];
  process.exitCode = await runToEnd(runtimePath("bun"), args);
} catch (problem) {
  console.log(`FAILED: ${problem.message}\n0 passed, 1 failed, 0 skipped`);
  process.exitCode = 1;
}
