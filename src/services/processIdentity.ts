import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import process from "node:process";

/** Enough about a process to say later whether it still runs, although process ids are used again. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** Boot and time of the process's start, where the system tells (Linux); else `null`. */
  readonly started: string | null;
}

export async function thisProcess(): Promise<ProcessIdentity> {
  return { pid: process.pid, host: hostname(), started: await startOf(process.pid) };
}

/**
 * Whether the process described still runs: `this` for the one that asks, `elsewhere` where it belongs to another host
 * and cannot be asked. In doubt it runs.
 */
export async function standingOf(other: ProcessIdentity): Promise<"this" | "running" | "ended" | "elsewhere"> {
  const own = await thisProcess();
  if (other.host !== own.host) return "elsewhere";
  if (!exists(other.pid)) return "ended";
  const started = await startOf(other.pid);
  // A container's first process has the same id in every container; its start tells them apart.
  if (other.started !== null && started !== null && other.started !== started) return "ended";
  if (started === gone) return "ended";
  return other.pid === own.pid ? "this" : "running";
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code !== "ESRCH";
  }
}

const gone = "gone";

/** `boot id/clock ticks` from /proc, `gone` for a process that has ended but is not yet reaped, `null` elsewhere. */
async function startOf(pid: number): Promise<string | null> {
  try {
    const boot = (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
    const line = await readFile(`/proc/${pid}/stat`, "utf8");
    // The command may contain spaces and parentheses; the fields after the last one are plain.
    const fields = line.slice(line.lastIndexOf(")") + 2).split(" ");
    const [state, ticks] = [fields[0], fields[19]];
    if (state === "Z" || state === "X") return gone;
    return ticks === undefined ? null : `${boot}/${ticks}`;
  } catch {
    return null;
  }
}
