/**
 * How fast the library trains, beside what else there is: the same games played by idiomatic tfjs (`tf.layers`,
 * `tf.train.adam`, stock backend; with Dawn's polling throttled as under the library, and out of the box), by a loop
 * written by hand on the library's kernels, by `trainGAN$`, by jax-js and by PyTorch on the CPU with two linear algebras.
 *
 *   bun tests/bench/speed.ts                          both backends, all workloads, all contenders
 *   deno run -A tests/bench/speed.ts --backend wasm --workload mlp,dcgan28 --laps 3
 *   npm run bench                                     the same on both runtimes
 *
 * Every contender is a process of its own and they play in turns, one at a time, `--laps` times: same networks, same batch,
 * same Adam, losses read once a lap. One JSON line each, then a table. `ratio` is its time over `trainGAN$`'s in the same
 * lap, median and quartiles: 5 means that the library is five times as fast. Losses are those of the last round played, to
 * see that it is the same game. What cannot play says why. `startUpMs` is from the start of the process to the losses of
 * the first two rounds; counts are of one round. Contenders and their set-up: README.md in this folder.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { drawFrom } from "../../src/sources/drawFrom.ts";
import { runtimeName } from "../../src/platform/runtime.ts";
import type { Counts, Lap } from "./speed/contender.ts";
import { interleaved, ratioTo, rounded } from "./speed/interleaved.ts";
import { type Player, startPlayer } from "./speed/process.ts";
import { samplesOf, type WorkloadName, workloads } from "./speed/workloads.ts";

const BATCHES = 16;
const yardstick = "trainGAN$";
const { values: options } = parseArgs({
  options: {
    backend: { type: "string", default: "webgpu,wasm" },
    workload: { type: "string", default: Object.keys(workloads).join() },
    contenders: { type: "string", default: [yardstick, "loop by hand", "tfjs", "tfjs; unthrottled", "jax-js", "PyTorch; Debian's BLAS", "PyTorch; OpenBLAS"].join() },
    laps: { type: "string", default: "9" },
    /** Measured rounds in a lap, in place of the workload's own. */
    rounds: { type: "string" },
    /** Seconds for a contender's first two rounds, and for a lap. */
    patience: { type: "string", default: "180" },
    jax: { type: "string", default: join(tmpdir(), "jax-js") },
  },
});
// The comma separates contenders on the command line.
const contenders = options.contenders.split(",").map((name) => name.replace(";", ","));
const folder = mkdtempSync(join(tmpdir(), "speed-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

type Row = Readonly<Record<string, string | number | readonly number[] | Counts | undefined>>;
const rows: Row[] = [];
for (const backend of options.backend.split(",") as ("webgpu" | "wasm")[]) {
  for (const name of options.workload.split(",") as WorkloadName[]) await race(backend, name);
}
console.log(`\n${table(rows)}`);
process.exit();

async function race(backend: "webgpu" | "wasm", name: WorkloadName): Promise<void> {
  const workload = workloads[name];
  const rounds = options.rounds === undefined ? workload.rounds : Number(options.rounds);
  const path = join(folder, `${name}.f32`);
  writeFileSync(path, (await drawFrom(samplesOf(workload), BATCHES * workload.batch)).fields.samples as Float32Array);
  const shared = { bench: "speed", workload: workload.title, runtime: runtimeName(), backend };
  const print = (row: Row): void => {
    rows.push({ ...shared, ...row });
    console.log(JSON.stringify(rows.at(-1)));
  };
  const fail = (contender: string, problem: Error): void => print({ contender, reason: problem.message });

  const players = new Map<string, Player>();
  for (const contender of contenders.filter((one) => backend === "webgpu" && runtimeName() === "bun" ? true : one !== "tfjs, unthrottled")) {
    const player = await startPlayer({ contender, workload, backend, batches: { path, count: BATCHES }, jax: options.jax }, 1000 * Number(options.patience)).catch((problem: Error) => fail(contender, problem));
    if (player !== undefined) players.set(contender, player);
  }
  const last = new Map<string, Lap>();
  const runners = [...players].map(([contender, player]) => ({
    name: contender,
    run: async () => {
      const lap = await player.play(rounds);
      last.set(contender, lap);
      return lap.ms;
    },
  }));
  const figures = await interleaved(runners, Number(options.laps), fail);
  const ours = figures.get(yardstick);
  for (const [contender, measured] of figures) {
    const player = players.get(contender)!;
    const { counts, residentMiB } = await player.finish(2);
    const [ratio, ...ratioSpread] = (ours === undefined ? [] : ratioTo(measured, ours)).map(rounded);
    print({
      contender, adapter: player.adapter,
      medianMs: rounded(measured.medianMs), spreadMs: measured.spreadMs.map(rounded), ratio, ratioSpread, laps: measured.samples.length, rounds,
      losses: last.get(contender)!.losses.map(rounded), startUpMs: Math.round(player.startUpMs), residentMiB,
      ...(counts === undefined ? {} : { perRound: counts }),
    });
  }
  for (const player of players.values()) player.close();
}

function table(lines: readonly Row[]): string {
  const cells = lines.map((row) => {
    const { ratio, medianMs, spreadMs, ratioSpread, perRound, losses, reason } = row as Row & { perRound?: Counts };
    const between = (spread: unknown): string => (Array.isArray(spread) && spread.length > 0 ? ` (${spread.join(" to ")})` : "");
    const measured = reason === undefined
      ? [`${medianMs}${between(spreadMs)}`, ratio === undefined ? "" : `${ratio}${between(ratioSpread)}`, row["startUpMs"], row["residentMiB"], perRound?.dispatches, perRound?.kernels, perRound?.uploads, perRound?.readbacks, perRound?.tensors, (losses as readonly number[]).join(" ")]
      : [reason, ...Array<string>(9).fill("")];
    return [row["workload"], row["runtime"], row["backend"], row["contender"], row["adapter"], ...measured].map((cell) => String(cell ?? ""));
  });
  const head = ["workload", "runtime", "backend", "contender", "adapter", "ms a round", "its time over ours", "start-up ms", "resident MiB", "dispatches", "kernels", "uploads", "readbacks", "tensors", "losses"];
  return [head, head.map(() => "---"), ...cells].map((row) => `| ${row.join(" | ")} |`).join("\n");
}
