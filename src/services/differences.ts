import type { Json } from "../configuration/spec.ts";
import { canonicalJson } from "./jsonText.ts";

type JsonObject = { readonly [key: string]: Json };

const longestValue = 100;

/**
 * What has changed between two configurations, one readable line each; none where they are equal.
 *
 * Specs are compared as their reader wrote them: `{ name, options }` of the same name are one level, and lists of
 * named things (plugins) are matched by name, so that an added plugin is one line and not a shifted list.
 *
 * @example
 * ```ts
 * differences(
 *   { optimizers: { generator: { name: "adam", options: { learningRate: 0.0002 } } } },
 *   { optimizers: { generator: { name: "adam", options: { learningRate: 0.0001 } } } },
 * ); // ["optimizers.generator.learningRate: was 0.0002, is 0.0001"]
 * ```
 */
export function differences(before: Json, after: Json): string[] {
  return between(before, after, "");
}

function between(before: Json, after: Json, path: string): string[] {
  if (canonicalJson(before) === canonicalJson(after)) return [];
  if (isSpec(before) && isSpec(after)) {
    return before.name === after.name ? betweenObjects(before.options ?? {}, after.options ?? {}, path) : [changed(before, after, path)];
  }
  if (Array.isArray(before) && Array.isArray(after)) return betweenLists(before, after, path);
  if (isObject(before) && isObject(after)) return betweenObjects(before, after, path);
  return [changed(before, after, path)];
}

function betweenObjects(before: JsonObject, after: JsonObject, path: string): string[] {
  const keys = [...Object.keys(before), ...Object.keys(after).filter((key) => !Object.hasOwn(before, key))];
  return keys.flatMap((key) => {
    const at = path === "" ? key : `${path}.${key}`;
    if (!Object.hasOwn(after, key)) return [removed(before[key]!, at)];
    if (!Object.hasOwn(before, key)) return [added(after[key]!, at)];
    return between(before[key]!, after[key]!, at);
  });
}

function betweenLists(before: readonly Json[], after: readonly Json[], path: string): string[] {
  const [were, are] = [namesOf(before), namesOf(after)];
  if (were !== undefined && are !== undefined) {
    const byName = (names: readonly string[], list: readonly Json[]): JsonObject =>
      Object.fromEntries(names.map((name, index) => [name, list[index]!]));
    const lines = betweenObjects(byName(were, before), byName(are, after), path);
    const [kept, still] = [were.filter((name) => are.includes(name)), are.filter((name) => were.includes(name))];
    const isReordered = kept.some((name, index) => name !== still[index]);
    return isReordered ? [...lines, `${path}: order was ${kept.join(", ")}, is ${still.join(", ")}`] : lines;
  }
  const isShort = [before, after].every((list) => canonicalJson(list).length <= longestValue);
  if (isShort && [...before, ...after].every((member) => typeof member !== "object" || member === null)) {
    return [changed(before, after, path)];
  }
  return Array.from({ length: Math.max(before.length, after.length) }, (_, index) => index).flatMap((index) => {
    const at = `${path}[${index}]`;
    if (index >= after.length) return [removed(before[index]!, at)];
    if (index >= before.length) return [added(after[index]!, at)];
    return between(before[index]!, after[index]!, at);
  });
}

/** The names of a list whose members all have one, each its own. */
function namesOf(list: readonly Json[]): readonly string[] | undefined {
  const names = list.map((member) => (isObject(member) ? member["name"] : undefined));
  const isNamed = names.every((name): name is string => typeof name === "string") && new Set(names).size === names.length;
  return isNamed ? (names as string[]) : undefined;
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSpec(value: Json): value is { readonly name: string; readonly options?: JsonObject } {
  return (
    isObject(value) &&
    typeof value["name"] === "string" &&
    Object.keys(value).every((key) => key === "name" || key === "options") &&
    (value["options"] === undefined || isObject(value["options"]))
  );
}

function changed(before: Json, after: Json, path: string): string {
  const line = `was ${words(before)}, is ${words(after)}`;
  return path === "" ? line : `${path}: ${line}`;
}

function added(value: Json, path: string): string {
  return `${path}: was not there, is ${words(value)}`;
}

function removed(value: Json, path: string): string {
  return `${path}: was ${words(value)}, is not there`;
}

function words(value: Json): string {
  const text = isSpec(value)
    ? [value.name, ...(value.options === undefined ? [] : [canonicalJson(value.options)])].join(" ")
    : canonicalJson(value);
  return text.length > longestValue ? `${text.slice(0, longestValue - 3)}...` : text;
}
