/**
 * A Turing test: can people tell generated digits from real ones? Opens a page on this machine that shows both, half and
 * half in a random order, and reports how often the answers were wrong.
 *
 *     bun examples/41_turing.ts                     the newest digits of npm start; noise where there are none yet
 *     bun examples/41_turing.ts --trials 100        a narrower confidence interval
 *
 * Only this machine can reach the page. Ctrl-C ends the test with the answers given so far.
 */
import process from "node:process";
import { parseArgs } from "node:util";
import {
  CheckpointFailed, digits, drawFrom, generate, rootKey, turingTest, uniforms, type ConfusionRate, type ErrorRate, type Samples,
} from "saddlepoint";
import { failed, oneOf, wholeNumber } from "./commandLine.ts";

const shape = [28, 28, 1];
const range = [-1, 1] as const;

const { trials, directory, port, backend, seed } = options();
const made = await generated().catch(failed);
const test = await turingTest({ real: await real(), generated: made.samples, trials, port, seed }).catch(failed);
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void test.close());
console.log(`Test images of MNIST against ${made.what}: ${trials} of them.\nOpen ${test.url}`);

const result = await test.result;
// The page asks for the outcome still, with its last answer.
await new Promise((resolve) => setTimeout(resolve, 500));
await test.close();
console.log(result === undefined ? "\nNo image was judged." : told(result));

/** Digits nobody has trained on. */
async function real(): Promise<Samples> {
  const { fields } = await drawFrom(digits({ batchSize: trials, split: "test" }), trials, { seed });
  return { count: trials, shape, range, values: fields.samples as Float32Array };
}

/** What a generator makes, or noise where none has been trained yet. */
async function generated(): Promise<{ readonly samples: Samples; readonly what: string }> {
  try {
    const samples = await generate({ checkpoint: directory, count: trials, seed, backend });
    return { samples, what: `digits generated after ${samples.round} rounds in ${directory}` };
  } catch (problem) {
    if (!(problem instanceof CheckpointFailed && problem.reason === "missing")) throw problem;
    const samples = { count: trials, shape, range, values: uniforms(rootKey(seed), trials * 28 * 28, -1, 1) };
    return { samples, what: `noise, since there is no checkpoint in ${directory} (npm start makes one)` };
  }
}

function told({ all, generated: fooled, real: doubted }: ConfusionRate): string {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const line = (what: string, { wrong, of, rate, interval: [low, high] }: ErrorRate): string =>
    `  ${what.padEnd(28)} ${wrong} of ${of}, ${percent(rate)}  (95 % interval ${percent(low)} to ${percent(high)})`;
  return [
    "\nWrong answers:",
    line("all", all),
    ...(fooled === undefined ? [] : [line("generated, taken for real", fooled)]),
    ...(doubted === undefined ? [] : [line("real, taken for generated", doubted)]),
    "50 % means that they cannot be told apart.",
  ].join("\n");
}

function options() {
  const usage = [
    "  --trials <number>      images to judge, an even number (40)",
    "  --directory <path>     checkpoint folder of the generator (runs/digits)",
    "  --port <number>        of the page; 0 for one that is free (0)",
    "  --backend <name>       auto, webgpu, wasm or cpu (auto)",
    "  --seed <number>        another seed shows other images (1)",
  ].join("\n");
  try {
    const { values } = parseArgs({
      options: {
        trials: { type: "string", default: "40" },
        directory: { type: "string", default: "runs/digits" },
        port: { type: "string", default: "0" },
        backend: { type: "string", default: "auto" },
        seed: { type: "string", default: "1" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    return {
      trials: wholeNumber("trials", values.trials, 2),
      directory: values.directory,
      port: wholeNumber("port", values.port, 0),
      backend: oneOf("backend", values.backend, ["auto", "webgpu", "wasm", "cpu"]),
      seed: wholeNumber("seed", values.seed, 0),
    };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\nOptions:\n${usage}`);
    process.exit(2);
  }
}
