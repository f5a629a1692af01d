/** What drawing costs, beside the runtime's own `Math.random`: `bun tests/bench/randomNumbers.ts`, `deno run -A …`. */
import { Bench } from "tinybench";
import { fold, gaussian, integers, mixture, normals, permutation, rootKey, uniforms, type OpenSource } from "../../src/index.ts";

const COUNT = 6_400;
const key = rootKey(1);
const { signal } = new AbortController();
const noise = (await gaussian(100).open({ key, signal })) as OpenSource;
const ring = (await mixture("ring", { batchSize: 64 }).open({ key, signal })) as OpenSource;
const bench = new Bench({ name: `drawing ${COUNT} numbers`, time: 300, throws: true })
  .add("Math.random", () => Float32Array.from({ length: COUNT }, Math.random), { async: false })
  .add("uniforms", () => uniforms(key, COUNT), { async: false })
  .add("normals", () => normals(key, COUNT), { async: false })
  .add("integers below 10", () => integers(key, COUNT, 10), { async: false })
  .add("permutation of 60,000", () => permutation(key, 60_000), { async: false })
  .add("fold of two steps, 1,000 times", () => { for (let i = 0; i < 1_000; i++) fold(key, "round", i); }, { async: false })
  .add("gaussian(100), a batch of 64", () => void noise.at(0, 64, signal), { async: false })
  .add("mixture, a batch of 64", () => void ring.at(0, 64, signal), { async: false });
bench.runSync();
const [yardstick] = bench.tasks;
const medianOf = ({ result }: (typeof bench.tasks)[number]): number => (result.state === "completed" ? result.latency.p50 : NaN);
for (const task of bench.tasks) {
  console.log(JSON.stringify({ bench: "randomNumbers", runtime: bench.runtime, task: task.name, medianMs: Number(medianOf(task).toFixed(4)), ratio: Number((medianOf(task) / medianOf(yardstick!)).toFixed(2)) }));
}
