/** `npm run bench`: installs what is missing and plays `speed.ts` on both runtimes, one after the other, unless `--runtime` names one. */
import process from "node:process";
import { installMissing, root, runtimePath, runToEnd } from "../../examples/bootstrap.mjs";

const args = process.argv.slice(2);
const asked = args.indexOf("--runtime");
const runtimes = asked === -1 ? ["bun", "deno"] : [args.splice(asked, 2)[1]];

try {
  installMissing(runtimes);
  for (const runtime of runtimes) {
    const run = runtime === "deno" ? ["run", "--allow-all", "--no-check"] : [];
    process.exitCode ||= await runToEnd(runtimePath(runtime), [...run, `${root}tests/bench/speed.ts`, ...args]);
  }
} catch (problem) {
  console.error(`saddlepoint: ${problem.message}`);
  process.exitCode = 1;
}
