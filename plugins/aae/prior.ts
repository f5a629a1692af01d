import { ConfigurationError, renamed, type Source } from "../../src/index.ts";

/** The fields of a source that are taken for points, the first it has. */
const pointFields = ["codes", "samples", "noise"];

/**
 * A source as a prior over codes of a given length: its points become `codes`, and, where they are asked for, its labels
 * `modes`. Whatever can be drawn from will do; nobody asks for a density.
 *
 * @throws ConfigurationError where the source has no points, or no labels and they are asked for; opening it, where its points
 * are not codes of this length
 */
export function priorOf(source: Source, length: number, isLabelled = false): Source {
  const points = pointFields.find((field) => source.provides.includes(field)) ?? source.provides[0];
  const problems = [
    ...(points === undefined ? [{ path: "prior", message: "expected a source of points, got one that provides no fields" }] : []),
    ...(isLabelled && !source.provides.includes("labels")
      ? [{ path: "prior", message: `expected a source with labels such as mixture(…), since isLabelled is set, got one that provides ${source.provides.join(", ")}` }]
      : []),
  ];
  if (problems.length > 0) throw new ConfigurationError("aae", problems);
  const isCalledSo = !isLabelled && source.provides.length === 1 && points === "codes";
  const named = isCalledSo ? source : renamed(source, { codes: points!, ...(isLabelled ? { modes: "labels" } : {}) });
  return {
    ...named,
    // So that whoever samples from a checkpoint may give the codes in place of a prior that cannot be rebuilt from it.
    spec: { ...named.spec, options: { ...named.spec.options, field: "codes" } },
    open: async (context) => {
      const open = await named.open(context);
      const shape = open.fields["codes"]!.shape;
      if (shape.length === 1 && shape[0] === length) return open;
      await open.close?.();
      throw new ConfigurationError("aae", [{ path: "prior", message: `expected points of shape [${length}], the length of a code, got [${shape.join(", ")}]` }]);
    },
  };
}
