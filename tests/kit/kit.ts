/**
 * The one façade tests are written on: `node:test` and `node:assert`, which both runtimes run natively
 * (`bun test`, `deno test`).
 */
import "./denoErrors.ts";
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it as nodeIt } from "node:test";

export { after, afterEach, assert, before, beforeEach, describe };

/** Bun gives a test 5 s, too little where a software adapter compiles shaders; its own setting holds for one file only. */
const TIMEOUT_MS = 120_000;

type Body = () => void | Promise<void>;
interface TestOptions {
  /** True, or the reason. */
  readonly skip?: boolean | string;
  readonly timeout?: number;
}

/** A test: a sentence of behaviour and what shows it. */
export function it(name: string, body: Body): void;
export function it(name: string, options: TestOptions, body: Body): void;
export function it(name: string, options: TestOptions | Body, body?: Body): void {
  const [given, run] = typeof options === "function" ? [{}, options] : [options, body!];
  nodeIt(name, { timeout: TIMEOUT_MS, ...given }, run);
}

/** Runtime the suite runs on. */
export const runtime: "bun" | "deno" = "Bun" in globalThis ? "bun" : "deno";

/** Gives the hooks of this file as long as its tests: on Bun they take no timeout of their own, and its setting holds for one file only. */
export async function giveHooksTime(): Promise<void> {
  if (runtime === "bun") (await import("bun:test" as string)).setDefaultTimeout(TIMEOUT_MS);
}

/** Asserts |actual − expected| ≤ tolerance · max(1, |expected|), two-sided, for numbers or equally long lists. */
export function close(actual: number | ArrayLike<number>, expected: number | ArrayLike<number>, tolerance: number, what = "value"): void {
  const a = typeof actual === "number" ? [actual] : actual;
  const e = typeof expected === "number" ? [expected] : expected;
  assert.equal(a.length, e.length, `${what}: length ${a.length}, expected ${e.length}`);
  for (let i = 0; i < e.length; i++) {
    const difference = Math.abs(a[i]! - e[i]!);
    const bound = tolerance * Math.max(1, Math.abs(e[i]!));
    assert.ok(difference <= bound, `${what}[${i}]: ${a[i]} differs from ${e[i]} by ${difference}, more than ${bound}`);
  }
}
