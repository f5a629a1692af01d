import { type Check, group, oneOf, optional } from "../configuration/checkOptions.ts";
import type { BackendChoice, BackendName, Tiles } from "./device.ts";

const named = oneOf("auto", "webgpu", "wasm", "cpu");
const detailed = group({ name: oneOf("webgpu"), tiles: optional(oneOf("auto", "registers", "workgroup")) });

/** The check of a `BackendChoice`; an object is told what is wrong inside it. */
export const backendCheck: Check = {
  expected: `${named.expected} or ${detailed.expected}`,
  problems: (value, path) => (value !== null && typeof value === "object" ? detailed : named).problems(value, path),
};

/** A choice with its parts by name, whichever way it was given. */
export function choiceInFull(choice: BackendChoice): { readonly name: "auto" | BackendName; readonly tiles: "auto" | Tiles } {
  return typeof choice === "string" ? { name: choice, tiles: "auto" } : { tiles: "auto", ...choice };
}
