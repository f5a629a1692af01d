/** The options the examples share. */
import process from "node:process";
import { parseArgs } from "node:util";
import type { BackendChoice } from "saddlepoint";

export interface ExampleOptions {
  readonly rounds: number;
  readonly directory: string;
  readonly backend: BackendChoice;
  readonly seed: number;
}

/** Options of one example alone: what each may be, the usual one first. */
type Choices = Readonly<Record<string, readonly string[]>>;
type Chosen<Own extends Choices> = { readonly [Name in keyof Own]: Own[Name][number] };

/** What an option is unless told. `counted` says what `rounds` counts in an example that plays none. */
interface Usual {
  readonly rounds: number;
  readonly directory: string;
  readonly counted?: string;
}

/** Reads the command line. A mistake there is told with what is allowed, and ends the process with exit code 2. */
export function readOptions<const Own extends Choices = {}>(usual: Usual, own?: Own): ExampleOptions & Chosen<Own> {
  const choices = Object.entries(own ?? {});
  const usage = [
    ...choices.map(([name, allowed]) => `  ${`--${name} <name>`.padEnd(22)} ${allowed.join(" or ")} (${allowed[0]})`),
    `  --rounds <number>      how many ${usual.counted ?? "rounds to play in all"} (${usual.rounds})`,
    `  --directory <path>     where files are written (${usual.directory})`,
    "  --backend <name>       auto, webgpu, wasm or cpu (auto)",
    "  --seed <number>        another seed gives another run (1)",
  ].join("\n");
  try {
    const { values } = parseArgs({
      options: {
        rounds: { type: "string", default: String(usual.rounds) },
        directory: { type: "string", default: usual.directory },
        backend: { type: "string", default: "auto" },
        seed: { type: "string", default: "1" },
        help: { type: "boolean", short: "h", default: false },
        ...Object.fromEntries(choices.map(([name, [first]]) => [name, { type: "string" as const, default: first! }])),
      },
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    return {
      rounds: wholeNumber("rounds", values.rounds, 1),
      directory: values.directory,
      backend: oneOf("backend", values.backend, ["auto", "webgpu", "wasm", "cpu"]),
      seed: wholeNumber("seed", values.seed, 0),
      ...(Object.fromEntries(choices.map(([name, allowed]) => [name, oneOf(name, String((values as Readonly<Record<string, unknown>>)[name]), allowed)])) as Chosen<Own>),
    };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\nOptions:\n${usage}`);
    process.exit(2);
  }
}

/** An option that is a whole number. @throws Error saying what is allowed */
export function wholeNumber(option: string, text: string, minimum: number): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isSafeInteger(value) && value >= minimum) return value;
  throw new Error(`--${option}: expected a whole number >= ${minimum}, got "${text}"`);
}

/** An option that is one of a few words. @throws Error saying what is allowed */
export function oneOf<const Choice extends string>(option: string, text: string, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === text);
  if (found !== undefined) return found;
  throw new Error(`--${option}: expected one of ${choices.join(", ")}, got "${text}"`);
}

/** Ends the process with the reason why a run failed: a sentence, not a stack. */
export function failed(error: unknown): never {
  console.error(`\n${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`);
  process.exit(1);
}
