import { show } from "../configuration/checkOptions.ts";
import type { Json } from "../configuration/spec.ts";
import { CheckpointFailed } from "../game/failure.ts";

/**
 * The JSON text of a value, made so that parsing it gives the same value back.
 *
 * `JSON.stringify` loses things without a word: NaN and infinities become `null`, `undefined` members and functions
 * vanish, −0 becomes 0, dates and typed arrays turn into something else. A run resumed from such a text would not be
 * the run that was saved, so all of these are refused here, except −0, which JSON can hold.
 *
 * @param path What the value is called in an error: `state`.
 * @param order `given` keeps the order of members, `sorted` makes the text independent of it.
 * @throws CheckpointFailed with reason `write`, naming the path of the first member that would be lost
 * @example
 * ```ts
 * jsonText({ step: 3, decay: -0 }, "state"); // {"step":3,"decay":-0}
 * jsonText({ loss: NaN }, "state");          // state.loss: expected JSON that reads back the same, got NaN; …
 * ```
 */
export function jsonText(value: unknown, path: string, order: "given" | "sorted" = "given"): string {
  return textOf(value, path, order, []);
}

/** Sorted, compact JSON text: equal values have equal texts, whatever the order of their members. */
export function canonicalJson(value: Json, path = "value"): string {
  return jsonText(value, path, "sorted");
}

function textOf(value: unknown, path: string, order: "given" | "sorted", around: readonly object[]): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw lost(path, value);
    return Object.is(value, -0) ? "-0" : String(value);
  }
  if (typeof value !== "object") throw lost(path, value);
  if (around.includes(value)) throw lost(path, value, "it contains itself");
  const inside = [...around, value];
  if (Array.isArray(value)) {
    // Not `map`, which skips the holes of a sparse list.
    const members = Array.from({ length: value.length }, (_, index) => textOf(value[index], `${path}[${index}]`, order, inside));
    return `[${members.join(",")}]`;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if ((prototype !== Object.prototype && prototype !== null) || Object.getOwnPropertySymbols(value).length > 0) throw lost(path, value);
  const keys = Object.keys(value);
  if (order === "sorted") keys.sort();
  const members = keys.map((key) => {
    const member = (value as Record<string, unknown>)[key];
    return `${JSON.stringify(key)}:${textOf(member, `${path}.${key}`, order, inside)}`;
  });
  return `{${members.join(",")}}`;
}

function lost(path: string, value: unknown, why?: string): CheckpointFailed {
  const got = typeof value === "object" && value !== null ? `${value.constructor?.name ?? "an object"} (${show(value)})` : show(value);
  const mend = why ?? "keep it as a finite number, a string or null, or among the tensors";
  return new CheckpointFailed("write", `${path}: expected JSON that reads back the same, got ${got}; ${mend}`);
}
