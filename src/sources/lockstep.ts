import { having } from "../configuration/checkOptions.ts";
import { ConfigurationError, type Problem } from "../configuration/configurationError.ts";
import type { Json } from "../configuration/spec.ts";
import type { Batch, MaybePromise, OpenSource, Source } from "../game/source.ts";

/** Names of the fields a source provides. */
type Provided<One> = One extends Source<infer Fields> ? Fields : never;

/**
 * Several sources as one: each is asked the same position, and their fields are joined into one aligned record.
 *
 * They share a key, so shuffled data of the same length keep the same order, row by row: images here, their masks there.
 * Batch size and length are the first's that has them.
 *
 * @throws ConfigurationError where two provide a field of the same name
 * @example
 * ```ts
 * lockstep(digits({ batchSize: 64 }), gaussian(8, { field: "style" }));
 * ```
 */
export function lockstep<const Sources extends readonly [Source, ...Source[]]>(...sources: Sources): Source<Provided<Sources[number]>> {
  const problems = checkSources(sources);
  if (problems.length > 0) throw new ConfigurationError("lockstep", problems);
  const batchSize = sources.find((source) => source.batchSize !== undefined)?.batchSize;
  return {
    spec: { name: "lockstep", options: { sources: sources.map(({ spec }): Json => ({ name: spec.name, options: spec.options ?? {} })) } },
    provides: sources.flatMap((source) => source.provides) as Provided<Sources[number]>[],
    ...(batchSize === undefined ? {} : { batchSize }),
    open: async (context) => {
      const results = await Promise.allSettled(sources.map(async (source) => source.open(context)));
      const opened = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
      const failure = results.find((result) => result.status === "rejected");
      if (failure !== undefined) {
        await closeAll(opened);
        throw failure.reason;
      }
      return joined(opened);
    },
  };
}

function checkSources(sources: readonly Source[]): readonly Problem[] {
  if (sources.length === 0) return [{ path: "", message: "expected at least one source, got none" }];
  const wrong = sources.flatMap((source, i) => having("a source", "open").problems(source, `sources[${i}]`));
  if (wrong.length > 0) return wrong;
  const names = sources.flatMap((source) => source.provides);
  const twice = new Set(names.filter((name, i) => names.indexOf(name) !== i));
  return [...twice].map((name) => ({
    path: "",
    message: `expected every field once, got "${name}" from two sources; give one of them another name (field: …)`,
  }));
}

function joined(opened: readonly OpenSource[]): OpenSource {
  const length = opened.find((source) => source.length !== undefined)?.length;
  const contents = opened.flatMap(({ content }) => (content === undefined ? [] : [content]));
  return {
    fields: Object.assign({}, ...opened.map((source) => source.fields)),
    ...(length === undefined ? {} : { length }),
    ...(contents.length === 0 ? {} : { content: contents.join(" ") }),
    at: (position, count, signal) => {
      const answers = opened.map((source) => source.at(position, count, signal));
      const join = (batches: readonly Batch[]): Batch => ({ count, fields: Object.assign({}, ...batches.map((batch) => batch.fields)) });
      // Answers worked out on the spot stay so: a run without promises never waits.
      return answers.every(isBatch) ? join(answers) : Promise.all(answers).then(join);
    },
    close: () => closeAll(opened),
  };
}

function isBatch(answer: MaybePromise<Batch>): answer is Batch {
  return !("then" in answer);
}

async function closeAll(opened: readonly OpenSource[]): Promise<void> {
  const results = await Promise.allSettled(opened.map(async (source) => source.close?.()));
  const failure = results.find((result) => result.status === "rejected");
  if (failure !== undefined) throw failure.reason;
}
