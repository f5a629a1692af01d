/** `npm run evidence`: installs what is missing and plays the evidence, on Deno unless `--runtime bun` is told. */
import process from "node:process";
import { installMissing, root, runtimePath, runToEnd } from "../../examples/bootstrap.mjs";

const args = process.argv.slice(2);
const asked = args.indexOf("--runtime");
const runtime = asked === -1 ? "deno" : args.splice(asked, 2)[1];

try {
  installMissing([runtime]);
  const run = runtime === "deno" ? ["run", "--allow-all", "--no-check"] : [];
  process.exitCode = await runToEnd(runtimePath(runtime), [...run, `${root}tests/bench/evidence.ts`, ...args]);
} catch (problem) {
  console.error(`saddlepoint: ${problem.message}`);
  process.exitCode = 1;
}
