/**
 * Gives Deno back the errors that its `node:test` swallows. As long as a test is registered and not over, Deno 2.9.6
 * takes note of an uncaught error and goes on: a file that throws while it loads, after its first `it`, passes. Loaded
 * before anything registers a listener, this keeps such errors from `node:test`, so that they fail the file.
 */
import process from "node:process";
import { before } from "node:test";

if ("Deno" in globalThis) {
  let isLoading = true;
  before(() => {
    isLoading = false;
  });
  globalThis.addEventListener("error", (event) => {
    // A test that listens for it expects it.
    if (process.listenerCount("uncaughtException") === 0) event.stopImmediatePropagation();
  });
  // Later rejections are left to node:test, which blames the test that runs.
  globalThis.addEventListener("unhandledrejection", (event) => {
    if (isLoading) event.stopImmediatePropagation();
  });
}
