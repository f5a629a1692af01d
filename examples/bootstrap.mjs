/**
 * What has to happen before anything of the library can run: the packages are there, and a runtime is found. Plain
 * JavaScript without dependencies, so that it runs on Node 18, Bun and Deno in a clone where nothing is installed yet.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** Root of the repository. */
export const root = fileURLToPath(new URL("..", import.meta.url));

const packages = join(root, "node_modules");

/** Installs what `package.json` asks for, as locked, if any of it or of these runtimes is missing. Throws where that fails. */
export function installMissing(runtimes) {
  if (isInstalled(runtimes)) return;
  for (const command of installers()) {
    console.error(`saddlepoint: installing what is missing (${command.join(" ")})`);
    const isBatchFile = process.platform === "win32" && command[0] === "npm";
    const { error, status } = spawnSync(command[0], command.slice(1), { cwd: root, stdio: ["ignore", 2, 2], shell: isBatchFile });
    // The only failure another installer can mend: this one is not there.
    if (error?.code === "ENOENT") continue;
    if (error === undefined && status === 0) return;
    throw new Error(`${command.join(" ")} failed (${error?.message ?? `exit code ${status}`}); its messages are above`);
  }
  throw new Error("packages are missing and there is no npm to install them with: install Node 18 or newer, which brings it");
}

/** Path of the runtime's executable: the one this process is, else the one among the packages. Throws if there is none. */
export function runtimePath(name) {
  const found = findRuntime(name);
  if (found === undefined) {
    throw new Error(`${name} does not run here (${process.platform} ${process.arch}): its package in node_modules has no working executable`);
  }
  return found;
}

/**
 * Runs a command to its end with our input and output, and resolves to its exit code.
 *
 * On Ctrl-C the terminal signals every process of the group, and npm passes the signal on once more; a program that takes
 * a second Ctrl-C for "at once" would never get to save. So the command has a group of its own, and of signals that come
 * together one is passed on. A signal to npm alone, on the other hand, ends the shell between it and us, and we hear of
 * nothing: so when that is gone, the command is interrupted too.
 */
export function runToEnd(command, args, env = process.env) {
  const hasGroups = process.platform !== "win32";
  const child = spawn(command, args, { cwd: root, stdio: "inherit", env, detached: hasGroups });
  let lastSignalAt = -Infinity;
  const pass = (signal) => {
    const now = performance.now();
    if (hasGroups && now - lastSignalAt > 300) send(child.pid, signal);
    lastSignalAt = now;
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, pass);
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    pass("SIGINT");
  }, 500);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)));
  }).finally(() => clearInterval(watch));
}

// Not child.kill(): after it Deno reports that signal as what ended the child, whatever its exit code was.
function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}

/** Commands that install the packages as locked, best first. */
function installers() {
  // Not `npm ci`: it refuses a lock file without the entries of optional packages for other platforms. Like it, this
  // leaves package.json and the lock file as they are.
  const install = ["install", "--no-save", "--include=dev", "--include=optional", "--no-audit", "--no-fund"];
  if ("bun" in process.versions) return [["npm", ...install], [process.execPath, "install"]];
  // Deno's own `install` does not read the lock file. The packages' scripts need Node, and nothing needs them.
  const throughDeno = ["run", "--allow-all", "--no-config", "--node-modules-dir=none", "npm:npm@11.19.1", ...install, "--ignore-scripts"];
  if ("deno" in process.versions) return [["npm", ...install], [process.execPath, ...throughDeno]];
  const ours = process.env.npm_execpath;
  return [[...(/npm-cli\.c?js$/.test(ours ?? "") ? [process.execPath, ours] : ["npm"]), ...install]];
}

function isInstalled(runtimes) {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const isThere = ([name, version]) => {
    const manifest = join(packages, name, "package.json");
    return existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).version === version;
  };
  return Object.entries({ ...dependencies, ...devDependencies }).every(isThere) && runtimes.every((name) => findRuntime(name) !== undefined);
}

function findRuntime(name) {
  if (name in process.versions) return process.execPath;
  // Where install scripts do not run, the package itself holds a placeholder and the executable stays in the platform's
  // package; where they do, it is moved.
  const [own, scope, below] = name === "bun" ? ["bun/bin/bun.exe", "@oven", "bin"] : ["deno/deno", "@deno", "."];
  const platforms = existsSync(join(packages, scope)) ? readdirSync(join(packages, scope)) : [];
  const file = process.platform === "win32" ? `${name}.exe` : name;
  const candidates = [own, `${own}.exe`, ...platforms.map((platform) => join(scope, platform, below, file))];
  return candidates.map((path) => join(packages, path)).find((path) => existsSync(path) && spawnSync(path, ["--version"]).status === 0);
}
