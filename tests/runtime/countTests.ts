/** How many tests ended which way. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * Counts the tests of one file in the JUnit report that a runtime wrote about it.
 *
 * Deno reports every `describe` as a test of its own and writes names as paths, `outer > inner > test`: whatever another
 * name goes on from is a container. A container counts only where it failed and nothing in it did, that is, for a hook.
 */
export function countTests(junit: string, runtime: "bun" | "deno"): Counts {
  const tests = [...junit.matchAll(testcase)].map(([, attributes = "", body = ""]) => ({
    name: /\bname="([^"]*)"/.exec(attributes)?.[1] ?? "",
    hasFailed: /<(?:failure|error)\b/.test(body),
    isSkipped: /<skipped\b/.test(body),
  }));
  const containers = new Set(runtime === "deno" ? tests.flatMap(({ name }) => pathsAbove(name)) : []);
  const leaves = tests.filter(({ name }) => !containers.has(name));
  const failed = leaves.filter(({ hasFailed }) => hasFailed);
  const excused = new Set(failed.flatMap(({ name }) => pathsAbove(name)));
  const failedHooks = tests.filter(({ name, hasFailed }) => hasFailed && containers.has(name) && !excused.has(name));
  const skipped = leaves.filter(({ hasFailed, isSkipped }) => isSkipped && !hasFailed);
  return {
    passed: leaves.length - failed.length - skipped.length,
    failed: failed.length + failedHooks.length,
    skipped: skipped.length,
  };
}

const testcase = /<testcase\b((?:[^>"]|"[^"]*")*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g;

/** `a > b > c` → `a`, `a > b`, with the separator as XML escapes it. */
function pathsAbove(name: string): readonly string[] {
  const steps = name.split(" &gt; ");
  return steps.slice(1).map((_, index) => steps.slice(0, index + 1).join(" &gt; "));
}
