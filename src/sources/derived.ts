import type { Json, Spec } from "../configuration/spec.ts";
import type { Batch, Source, SourceContext } from "../game/source.ts";
import type { FieldPlans } from "../networks/network.ts";

/** How a source is made of another. */
export interface Derivation<Fields extends string> {
  readonly name: string;
  readonly options: { readonly [key: string]: Json };
  readonly provides: readonly Fields[];
  /** The fields of the new source. @throws where the other's do not fit */
  fields(fields: FieldPlans): FieldPlans;
  /** The new batch: the other's samples from `position` on, changed. Pure in the position. */
  batch(batch: Batch, position: number, context: SourceContext): Batch;
}

/** A source that changes what another answers; its batch size, its length and its closing are the other's. */
export function derived<Fields extends string>(source: Source, { name, options, provides, fields, batch }: Derivation<Fields>): Source<Fields> {
  return {
    spec: { name, options: { ...options, source: specJson(source.spec) } },
    provides,
    ...(source.batchSize === undefined ? {} : { batchSize: source.batchSize }),
    open: async (context) => {
      const open = await source.open(context);
      const { length, close } = open;
      return {
        fields: fields(open.fields),
        ...(length === undefined ? {} : { length }),
        at: (position, count, signal) => {
          const answer = open.at(position, count, signal);
          // Answers worked out on the spot stay so: a run without promises never waits.
          return "then" in answer ? answer.then((one) => batch(one, position, context)) : batch(answer, position, context);
        },
        ...(close === undefined ? {} : { close: () => close.call(open) }),
      };
    },
  };
}

function specJson({ name, options }: Spec): Json {
  return { name, options: options ?? {} };
}
