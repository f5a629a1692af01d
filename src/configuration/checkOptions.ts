import * as Schema from "effect/Schema";
import { closest } from "fastest-levenshtein";
import { ConfigurationError, type Problem } from "./configurationError.ts";

/** What one option may be: the words an error uses for it, and the test. */
export interface Check {
  /** Completes the sentence "expected …": `an integer > 0`. */
  readonly expected: string;
  /** The problems of a value found at `path`; none when it is fine. */
  problems(value: unknown, path: string): readonly Problem[];
  /** Whether the option may be left out. */
  readonly isOptional?: boolean;
}

/** A check by an Effect schema; `expected` completes the sentence "expected …". */
export function accepts(expected: string, schema: Schema.Schema<unknown>): Check {
  const is = Schema.is(schema as Schema.Codec<unknown>);
  return {
    expected,
    problems: (value, path) => (is(value) ? [] : [{ path, message: `expected ${expected}, got ${show(value)}` }]),
  };
}

/** A check by a predicate. */
export function satisfies(expected: string, predicate: (value: unknown) => boolean): Check {
  return {
    expected,
    problems: (value, path) => (predicate(value) ? [] : [{ path, message: `expected ${expected}, got ${show(value)}` }]),
  };
}

/** An integer ≥ `minimum` (default 1). */
export function integer(minimum = 1): Check {
  const words = minimum === 1 ? "an integer > 0" : `an integer >= ${minimum}`;
  return accepts(words, Schema.Int.check(Schema.isGreaterThanOrEqualTo(minimum)));
}

/** A finite number within the given bounds. */
export function number(bounds: { above?: number; minimum?: number; below?: number; maximum?: number } = {}): Check {
  const words = [
    bounds.above === undefined ? "" : `> ${bounds.above}`,
    bounds.minimum === undefined ? "" : `>= ${bounds.minimum}`,
    bounds.below === undefined ? "" : `< ${bounds.below}`,
    bounds.maximum === undefined ? "" : `<= ${bounds.maximum}`,
  ].filter((word) => word !== "");
  return satisfies(
    `a number${words.length === 0 ? "" : ` ${words.join(" and ")}`}`,
    (value) =>
      typeof value === "number" &&
      Number.isFinite(value) &&
      (bounds.above === undefined || value > bounds.above) &&
      (bounds.minimum === undefined || value >= bounds.minimum) &&
      (bounds.below === undefined || value < bounds.below) &&
      (bounds.maximum === undefined || value <= bounds.maximum),
  );
}

export const boolean: Check = accepts("true or false", Schema.Boolean);
export const text: Check = accepts("a non-empty string", Schema.NonEmptyString);
export const anything: Check = { expected: "anything", problems: () => [] };

/** One of a closed list of strings or numbers. */
export function oneOf(...choices: readonly (string | number)[]): Check {
  const words = choices.map((choice) => JSON.stringify(choice)).join(", ");
  return satisfies(`one of ${words}`, (value) => choices.includes(value as string | number));
}

/** An object with these methods (a source, a store, an optimizer …). */
export function having(expected: string, ...methods: readonly string[]): Check {
  return satisfies(
    expected,
    (value) =>
      value !== null &&
      (typeof value === "object" || typeof value === "function") &&
      methods.every((method) => typeof (value as Record<string, unknown>)[method] === "function"),
  );
}

/** A source that provides these fields, whatever else it does. */
export function providing(expected: string, ...fields: readonly string[]): Check {
  const source = having(expected, "open");
  return {
    expected,
    problems(value, path) {
      const wrong = source.problems(value, path);
      if (wrong.length > 0) return wrong;
      const { provides = [] } = value as { readonly provides?: readonly string[] };
      if (fields.every((field) => provides.includes(field))) return [];
      return [{ path, message: `expected ${expected}, which provides ${fields.join(" and ")}, got one that provides ${provides.join(", ") || "nothing"}` }];
    },
  };
}

/** A list whose members pass `check`. */
export function listOf(check: Check, minimumLength = 0): Check {
  const expected = `a list of ${minimumLength > 0 ? `at least ${minimumLength}, each ` : ""}${check.expected}`;
  return {
    expected,
    problems: (value, path) =>
      !Array.isArray(value) || value.length < minimumLength
        ? [{ path, message: `expected ${expected}, got ${show(value)}` }]
        : value.flatMap((member, index) => check.problems(member, `${path}[${index}]`)),
  };
}

/** Either of several checks. */
export function either(...checks: readonly Check[]): Check {
  const expected = checks.map((check) => check.expected).join(" or ");
  return {
    expected,
    problems: (value, path) => {
      const found = checks.map((check) => check.problems(value, path));
      if (found.some((problems) => problems.length === 0)) return [];
      return [{ path, message: `expected ${expected}, got ${show(value)}` }];
    },
  };
}

/** The same check for an option that may be left out. */
export function optional(check: Check): Check {
  return {
    expected: check.expected,
    isOptional: true,
    problems: (value, path) => (value === undefined ? [] : check.problems(value, path)),
  };
}

/** A nested group of options; a misspelt key names the nearest known one. */
export function group(fields: Readonly<Record<string, Check>>): Check {
  return {
    expected: `an object with ${Object.keys(fields).join(", ")}`,
    problems: (value, path) => groupProblems(fields, value, path),
  };
}

/**
 * Checks the options given to `owner` and reports every mistake in one error.
 *
 * @throws ConfigurationError naming each wrong, missing and unknown option.
 * @example
 * ```ts
 * checkOptions("digits", { batchSize: integer(), split: optional(oneOf("train", "test")) }, options);
 * // digits: batchSize: expected an integer > 0, got 0
 * ```
 */
export function checkOptions(owner: string, fields: Readonly<Record<string, Check>>, options: unknown): void {
  const problems = groupProblems(fields, options, "");
  if (problems.length > 0) throw new ConfigurationError(owner, problems);
}

function groupProblems(fields: Readonly<Record<string, Check>>, value: unknown, path: string): readonly Problem[] {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    return [{ path, message: `expected an object with ${Object.keys(fields).join(", ")}, got ${show(value)}` }];
  }
  const at = (key: string): string => (path === "" ? key : `${path}.${key}`);
  const known = Object.keys(fields);
  const unknown = Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) => ({ path: at(key), message: `unknown option; did you mean "${closest(key, known)}"? Known: ${known.join(", ")}` }));
  const wrong = known.flatMap((key): readonly Problem[] => {
    const check = fields[key]!;
    const member = (value as Record<string, unknown>)[key];
    if (member === undefined) return check.isOptional ? [] : [{ path: at(key), message: `expected ${check.expected}, got nothing` }];
    return check.problems(member, at(key));
  });
  return [...unknown, ...wrong];
}

/** A short rendering of what was found. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
  if (typeof value === "function") return "a function";
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    const members = Array.from(value as ArrayLike<unknown>).slice(0, 6).map(show);
    return `[${members.join(", ")}${(value as { length: number }).length > 6 ? ", ..." : ""}]`;
  }
  return "_tag" in value ? String(value._tag) : `an object with ${Object.keys(value).slice(0, 6).join(", ") || "no members"}`;
}
