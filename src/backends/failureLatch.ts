import type { DeviceFailed } from "./deviceFailure.ts";

/** Keeps the first failure of a device and tells whoever listens. */
export interface FailureLatch {
  /** Later reports are dropped: they are consequences of the first. */
  report(failure: DeviceFailed): void;
  first(): DeviceFailed | undefined;
  /** Calls back once; soon after the call where the failure is already there. Returns how to stop listening. */
  listen(listener: (failure: DeviceFailed) => void): () => void;
}

export function failureLatch(): FailureLatch {
  let first: DeviceFailed | undefined;
  const listeners = new Set<(failure: DeviceFailed) => void>();
  return {
    report(failure) {
      if (first !== undefined) return;
      first = failure;
      for (const listener of [...listeners]) if (listeners.delete(listener)) listener(failure);
    },
    first: () => first,
    listen(listener) {
      // An entry of its own, so that the same function may listen twice.
      const entry = (failure: DeviceFailed): void => listener(failure);
      listeners.add(entry);
      const known = first;
      if (known !== undefined) {
        queueMicrotask(() => {
          if (listeners.delete(entry)) entry(known);
        });
      }
      return () => void listeners.delete(entry);
    },
  };
}
