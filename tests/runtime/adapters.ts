import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { runProcess } from "./runProcess.ts";
import type { Runtime } from "./runSuite.ts";

/** What a runtime has for WebGPU: the adapter's name, or why there is none. */
export interface AdapterReport {
  readonly runtime: Runtime["name"];
  readonly adapter?: string;
  readonly problem?: string;
}

export interface AdapterOptions {
  readonly root: string;
  readonly results: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Looks for a WebGPU adapter on each runtime; where one has none and this process may install software (root on a system
 * with apt), brings Mesa's software Vulkan driver and looks again.
 */
export async function bringAdapters(runtimes: readonly Runtime[], options: AdapterOptions): Promise<readonly AdapterReport[]> {
  const found = await probeAll(runtimes, options);
  if (found.every(({ adapter }) => adapter !== undefined) || !mayInstall()) return found;
  console.log("No WebGPU adapter: installing a software Vulkan driver (mesa-vulkan-drivers)");
  const log = join(options.results, "installVulkanDriver.log");
  const script = join(options.root, "tests/runtime/installVulkanDriver.sh");
  const { problem } = await runProcess(["bash", script], { cwd: options.root, log, timeoutMs: 300_000 });
  if (problem === undefined) return probeAll(runtimes, options);
  console.log(`The driver could not be installed (${problem}):\n${readFileSync(log, "utf8").trimEnd()}`);
  return found;
}

// One after the other: each is over in a second, and two would compete for the only two cores.
async function probeAll(runtimes: readonly Runtime[], options: AdapterOptions): Promise<readonly AdapterReport[]> {
  const reports: AdapterReport[] = [];
  for (const runtime of runtimes) reports.push(await probe(runtime, options));
  return reports;
}

/** In a process of its own: a driver that crashes or hangs is a driver that is not there. */
async function probe({ name, executable }: Runtime, { root, results, env = process.env }: AdapterOptions): Promise<AdapterReport> {
  const script = join(root, "tests/runtime/probeAdapter.ts");
  const command: [string, ...string[]] = name === "bun" ? [executable, script] : [executable, "run", "--allow-all", "--no-check", script];
  const log = join(results, `probeAdapter-${name}.log`);
  const { problem } = await runProcess(command, { cwd: root, env, log, timeoutMs: 60_000 });
  const answer = readFileSync(log, "utf8").split("\n").findLast((line) => line.startsWith("{"));
  const said = answer === undefined ? {} : (JSON.parse(answer) as { adapter?: string; problem?: string });
  if (problem === undefined && said.adapter !== undefined) return { runtime: name, adapter: said.adapter };
  return { runtime: name, problem: said.problem ?? `looking for a WebGPU adapter ended with ${problem ?? "no answer"}` };
}

/** Whether this process may install software: root on a Linux with apt. */
export function mayInstall(): boolean {
  return process.platform === "linux" && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get") && existsSync("/bin/bash");
}
