/**
 * `npm start`, `bun start`, `deno task start`: installs what is missing and trains on MNIST. Arguments are passed on:
 * `npm start -- --rounds 500`. `deno task start` runs on Deno, the others on Bun.
 *
 * The task says `node` all the same: with the npm package `deno` installed, a task takes the command `deno` for that
 * package's executable and fails to read it as JavaScript, whereas `node` is Node where there is one, else Deno itself.
 */
import process from "node:process";
import { installMissing, root, runtimePath, runToEnd } from "./bootstrap.mjs";

const example = `${root}examples/20_digits.ts`;

try {
  const runtime = process.env.npm_config_user_agent?.startsWith("deno/") || "deno" in process.versions ? "deno" : "bun";
  installMissing([runtime]);
  const args = runtime === "deno" ? ["run", "--allow-all"] : [];
  process.exitCode = await runToEnd(runtimePath(runtime), [...args, example, ...process.argv.slice(2)]);
} catch (problem) {
  console.error(`saddlepoint: ${problem.message}`);
  process.exitCode = 1;
}
