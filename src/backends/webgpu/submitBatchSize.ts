import { runtimeName } from "../../platform/runtime.ts";

/**
 * How many dispatches tfjs records before it submits them (its flag `WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE`, default 15).
 *
 * On Deno a submission is dear (DCGAN step on llvmpipe, Deno 2.9.6: 281 ms at 15, 257 at 200, 226 at 2000), on Bun it
 * makes no difference. A real GPU should start before the whole turn is recorded, and tensors given up are only reused
 * after a submission, so the number stays moderate where the GPU is not the same silicon that records.
 */
export function submitBatchSize(isSoftware: boolean): number {
  if (!isSoftware) return 64;
  return runtimeName() === "deno" ? 2000 : 200;
}
