/**
 * What a checkpoint costs: milliseconds to save one to a folder, its bytes, and how long a run takes to begin when it goes
 * on from one, beside a run that begins anew. One JSON line per workload; the saves are those of one run, the beginnings in
 * turns.
 *
 *   bun tests/bench/checkpoints.ts --backend wasm
 *   deno run -A tests/bench/checkpoints.ts --backend webgpu --workload dcgan28
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { openDevice } from "../../src/backends/openDevice.ts";
import { folder, trainGAN$, type Checkpoints, type TrainingEvent } from "../../src/index.ts";
import { interleaved, quantile, ratioTo, rounded } from "./speed/interleaved.ts";
import { optionsOf, type WorkloadName, workloads } from "./speed/workloads.ts";

const { values: options } = parseArgs({
  options: {
    backend: { type: "string", default: "wasm" },
    workload: { type: "string", default: Object.keys(workloads).join() },
    saves: { type: "string", default: "12" },
    laps: { type: "string", default: "7" },
  },
});
const backend = options.backend as "webgpu" | "wasm";
const parent = mkdtempSync(join(tmpdir(), "checkpoints-"));
process.on("exit", () => rmSync(parent, { recursive: true, force: true }));
const device = await openDevice(backend);
const { runtime, adapter = "" } = device.description;

for (const name of options.workload.split(",") as WorkloadName[]) {
  const workload = workloads[name];
  const rounds = Number(options.saves);
  const game = (checkpoints: Checkpoints | undefined, until: number) =>
    trainGAN$({ ...optionsOf(workload, backend), rounds: until, ...(checkpoints === undefined ? {} : { checkpoints }) });
  const kept = join(parent, name);
  const saved: Extract<TrainingEvent, { _tag: "CheckpointSaved" }>[] = [];
  for await (const event of game(folder(kept, { every: 1 }), rounds)) if (event._tag === "CheckpointSaved") saved.push(event);

  /** From the subscription to `RunStarted`: everything is open, and restored where there is something to restore. */
  const begun = async (checkpoints: Checkpoints | undefined): Promise<number> => {
    const startedAt = performance.now();
    let elapsed = Number.NaN;
    const training = game(checkpoints, 2 * rounds);
    for await (const event of training) {
      if (event._tag !== "RunStarted") continue;
      elapsed = performance.now() - startedAt;
      if ((event.resumedFrom === undefined) !== (checkpoints === undefined)) throw new Error("it was to go on from the checkpoint that was there, and only then");
      break;
    }
    await training.closed;
    return elapsed;
  };
  const figures = await interleaved(
    [{ name: "anew", run: async () => begun(undefined) }, { name: "resumed", run: async () => begun(folder(kept, { every: 1_000_000 })) }],
    Number(options.laps),
    (which, problem) => console.log(JSON.stringify({ bench: "checkpoints", workload: workload.title, failed: which, reason: problem.message })),
  );
  const [anew, resumed] = [figures.get("anew"), figures.get("resumed")];
  const durations = saved.map(({ durationMs }) => durationMs);
  console.log(JSON.stringify({
    bench: "checkpoints", workload: workload.title, runtime, backend, adapter, bytes: saved.at(-1)?.bytes,
    saveMs: rounded(quantile(durations, 0.5)), saveSpreadMs: [quantile(durations, 0.25), quantile(durations, 0.75)].map(rounded),
    ...(anew === undefined || resumed === undefined
      ? {}
      : { beginMs: rounded(anew.medianMs), resumeMs: rounded(resumed.medianMs), resumeSpreadMs: resumed.spreadMs.map(rounded), ratio: rounded(ratioTo(resumed, anew)[0]) }),
  }));
}
await device.close();
process.exit();
