import type { Source } from "../../src/game/source.ts";

/** The same source, answering later. */
export function late<Fields extends string>(source: Source<Fields>): Source<Fields> {
  return {
    ...source,
    open: async (context) => {
      const open = await source.open(context);
      return { ...open, at: async (position, count, signal) => open.at(position, count, signal) };
    },
  };
}
