import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Assignment, Counts, Lap } from "./contender.ts";

/** A contender's process, from the outside. */
export interface Player {
  readonly adapter: string;
  /** From the process's start to the losses of its first rounds. */
  readonly startUpMs: number;
  play(rounds: number): Promise<Lap>;
  finish(rounds: number): Promise<{ readonly counts?: Counts; readonly residentMiB: number }>;
  close(): void;
}

const python = "/usr/bin/python3";
const libraries = "/usr/lib";

/**
 * Starts a contender.
 *
 * @throws Error saying why it cannot play: what is missing, what the process said before it ended, or that it took longer
 * than `patienceMs` for its first two rounds or a lap.
 */
export async function startPlayer(assignment: Assignment, patienceMs: number): Promise<Player> {
  const startedAt = performance.now();
  const { command, args, environment } = commandFor(assignment);
  const child = spawn(command, [...args, JSON.stringify(assignment)], { stdio: ["pipe", "pipe", "pipe"], env: { ...process.env, ...environment } });
  let said = "";
  child.stderr.on("data", (text: Buffer) => (said = (said + text.toString()).slice(-2_000)));
  const waiting: { resolve(answer: Answer): void; reject(problem: Error): void }[] = [];
  let over: Error | undefined;
  const end = (problem: Error): void => {
    over ??= problem;
    for (const { reject } of waiting.splice(0)) reject(over);
  };
  child.on("error", end);
  child.on("exit", (code, signal) => end(new Error(`its process ended (${signal ?? code}): ${said.trim().split("\n").at(-1) ?? ""}`)));
  createInterface({ input: child.stdout }).on("line", (line) => {
    if (!line.startsWith("answer ")) return;
    const answer = JSON.parse(line.slice("answer ".length)) as Answer;
    if (answer.failed !== undefined) end(new Error(answer.failed));
    else waiting.shift()?.resolve(answer);
  });
  const answered = async (): Promise<Answer> => {
    const patience = setTimeout(() => {
      end(new Error(`no answer within ${patienceMs / 1000} s`));
      child.kill("SIGKILL");
    }, patienceMs);
    return new Promise<Answer>((resolve, reject) => {
      if (over === undefined) waiting.push({ resolve, reject });
      else reject(over);
    }).finally(() => clearTimeout(patience));
  };
  const ask = async (message: object): Promise<Answer> => {
    const answer = answered();
    child.stdin.write(`${JSON.stringify(message)}\n`);
    return answer;
  };
  // Writing to a process that has just ended; its end is reported by itself.
  child.stdin.on("error", () => {});
  const { adapter = "" } = await answered();
  return {
    adapter,
    startUpMs: performance.now() - startedAt,
    play: async (rounds) => (await ask({ play: rounds })) as unknown as Lap,
    finish: async (rounds) => (await ask({ count: rounds })) as unknown as { counts?: Counts; residentMiB: number },
    close: () => void child.stdin.end(),
  };
}

interface Answer {
  readonly failed?: string;
  readonly adapter?: string;
}

function commandFor({ contender, jax }: Assignment): { readonly command: string; readonly args: readonly string[]; readonly environment: Readonly<Record<string, string>> } {
  if (contender.startsWith("PyTorch")) {
    const isOpen = contender === "PyTorch, OpenBLAS";
    const folder = isOpen ? "openblas-pthread" : "blas";
    const found = existsSync(libraries) ? readdirSync(libraries).map((name) => `${libraries}/${name}/${folder}`).find((path) => existsSync(`${path}/libblas.so.3`)) : undefined;
    if (!existsSync(python)) throw new Error(`needs ${python} with PyTorch: apt-get install python3-torch`);
    if (found === undefined) throw new Error(`needs apt-get install ${isOpen ? "libopenblas0-pthread" : "libblas3"}`);
    const threads = { OMP_NUM_THREADS: "2", OPENBLAS_NUM_THREADS: "2" };
    return { command: python, args: [fileURLToPath(new URL("../../references/torchSteps.py", import.meta.url))], environment: { ...threads, LD_LIBRARY_PATH: found } };
  }
  if (contender === "jax-js" && !existsSync(`${jax}/node_modules/@jax-js/jax/package.json`)) throw new Error(`needs npm install --prefix ${jax} @jax-js/jax@0.1.25`);
  const run = "Deno" in globalThis ? ["run", "--allow-all", "--no-check"] : [];
  return { command: process.execPath, args: [...run, fileURLToPath(new URL("./play.ts", import.meta.url))], environment: {} };
}
