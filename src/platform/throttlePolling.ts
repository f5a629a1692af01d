/**
 * Calms Dawn's wait for the GPU. While a promise is pending the binding calls `globalThis.setImmediate(poll)` and again
 * from inside each poll: a JavaScript thread that spins. On two cores with a software adapter that thread takes half of
 * what the arithmetic needs (DCGAN step 1682 → 1004 ms, Bun 1.4.5, llvmpipe). Instead the first few polls of a wait come
 * at once, so that a short readback from a real GPU is not delayed, and the rest every millisecond.
 *
 * Dawn looks the function up at every call, so it is exchanged only while one of the methods below or one of Dawn's own
 * polls is on the stack. Nobody else's `setImmediate` is touched: callbacks of user code never run inside those.
 *
 * To be deleted once the binding waits without polling (dawn's `AsyncRunner`).
 */
export function throttlePolling(interfaces: Record<string, unknown>): void {
  for (const [name, methods] of Object.entries(asynchronousMethods)) {
    const prototype = (interfaces[name] as { prototype: Record<string, unknown> } | undefined)?.prototype;
    if (prototype === undefined) continue;
    for (const method of methods) {
      const native = prototype[method];
      if (typeof native !== "function" || throttled in native) continue;
      const wrapped = function (this: unknown, ...args: unknown[]): unknown {
        promptPollsLeft = promptPolls;
        return withOwnSetImmediate(() => native.apply(this, args));
      };
      prototype[method] = Object.assign(wrapped, { [throttled]: true });
    }
  }
}

/** Every method of WebGPU that starts a wait. */
const asynchronousMethods = {
  GPU: ["requestAdapter"],
  GPUAdapter: ["requestDevice"],
  GPUDevice: ["createComputePipelineAsync", "createRenderPipelineAsync", "popErrorScope"],
  GPUBuffer: ["mapAsync"],
  GPUQueue: ["onSubmittedWorkDone"],
  GPUShaderModule: ["getCompilationInfo"],
};

const throttled = Symbol.for("saddlepoint.throttledPolling");

/** Polls that come at once after a wait begins. */
const promptPolls = 8;
let promptPollsLeft = promptPolls;

function withOwnSetImmediate<Result>(call: () => Result): Result {
  const theirs = globalThis.setImmediate;
  if (theirs === (pollLater as unknown)) return call();
  globalThis.setImmediate = pollLater as unknown as typeof setImmediate;
  try {
    return call();
  } finally {
    globalThis.setImmediate = theirs;
  }
}

function pollLater(poll: (...args: unknown[]) => void, ...args: unknown[]): void {
  const run = (): void => withOwnSetImmediate(() => poll(...args));
  if (promptPollsLeft > 0) {
    promptPollsLeft--;
    clock.setImmediate(run);
  } else {
    clock.setTimeout(run, 1);
  }
}

// Taken at load, so that a fake clock installed later by a test does not stop the GPU.
const clock = { setImmediate: globalThis.setImmediate, setTimeout: globalThis.setTimeout };
