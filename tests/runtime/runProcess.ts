import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import process from "node:process";

/** How a process ended. */
export interface Ended {
  /** `exit code 1`, `SIGSEGV`, `not over after 5 s`; nothing where all went well. */
  readonly problem?: string;
  /** Whether it ended by itself, with an exit code. */
  readonly hasExited: boolean;
  readonly seconds: number;
}

export interface ProcessOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** File that receives what it prints. */
  readonly log: string;
  readonly timeoutMs: number;
}

/** Runs a command without input. It and all it started are gone when the promise resolves. */
export function runProcess([command, ...args]: readonly [string, ...string[]], { cwd, env = process.env, log, timeoutMs }: ProcessOptions): Promise<Ended> {
  mkdirSync(dirname(log), { recursive: true });
  const output = openSync(log, "w");
  const startedAt = performance.now();
  // A process group of its own, so that one signal reaches its children as well.
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", output, output], detached: true });
  closeSync(output);
  const stop = (): void => stopGroup(child.pid);
  running.add(stop);
  return new Promise((resolve) => {
    let isTimedOut = false;
    const timer = setTimeout(() => {
      isTimedOut = true;
      stop();
    }, timeoutMs);
    const end = (problem: string | undefined, hasExited: boolean): void => {
      clearTimeout(timer);
      stop();
      running.delete(stop);
      resolve({ hasExited, seconds: (performance.now() - startedAt) / 1000, ...(problem === undefined ? {} : { problem }) });
    };
    child.once("error", (error) => end(error.message, false));
    child.once("exit", (code, signal) => {
      if (isTimedOut) end(`not over after ${timeoutMs / 1000} s`, false);
      else if (code === null) end(signal ?? "ended without an exit code", false);
      else end(code === 0 ? undefined : `exit code ${code}`, true);
    });
  });
}

/** Ends everything that is running. */
export function stopAll(): void {
  for (const stop of running) stop();
}

const running = new Set<() => void>();

function stopGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nothing of it is left.
  }
}
