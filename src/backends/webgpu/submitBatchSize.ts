import { runtimeName } from "../../platform/runtime.ts";

/**
 * How many dispatches tfjs records before it submits them (its flag `WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE`, default 15).
 *
 * Tensors given up are reused only after a submission, so memory grows with the number: a DCGAN round at batch 64 holds 67
 * MiB at 15, 90 at 200 and 317 at 2000 (llvmpipe). A submission costs something on Deno only (wgpu): with tfjs' own
 * kernels the round takes the same time at each of these numbers on both runtimes, with kernels five times as fast Deno
 * gained 20 % at 2000. 64 spares most submissions for little memory, and lets a GPU start long before a turn is recorded.
 */
export function submitBatchSize(): number {
  return runtimeName() === "deno" ? 64 : 15;
}
