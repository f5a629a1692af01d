import { defer, tap } from "rxjs";
import { checkOptions, integer, optional } from "../configuration/checkOptions.ts";
import { definePlugin, type Plugin } from "../game/plugin.ts";
import type { DeviceUse } from "../game/round.ts";

export interface WatchDeviceOptions {
  /** Measure in every so-many-th round; default 1. */
  readonly every?: number;
}

/**
 * Measures what a round asks of the device, as metrics in `RoundPlayed`, means over the rounds since the last measurement:
 * `device/dispatches` (0 without a GPU), `device/uploads`, `device/readbacks`, `device/tensors` (made, views included); and what
 * is held at that moment: `device/tensorsHeld`, `device/bytesHeld` and `device/gpuBytes` (the GPU's pool of buffers). From the
 * second round of a run on.
 *
 * Costs nothing on the device. Several runs at once share one, and their work is not told apart. Held tensors that grow from
 * measurement to measurement are a leak, dispatches that grow a plugin that adds to itself.
 *
 * @throws ConfigurationError for wrong options
 */
export function watchDevice(options: WatchDeviceOptions = {}): Plugin {
  checkOptions("watchDevice", { every: optional(integer()) }, options);
  const { every = 1 } = options;
  return definePlugin("watchDevice", (round$) =>
    defer(() => {
      let before: (DeviceUse & { readonly index: number }) | undefined;
      return round$.pipe(
        tap(({ index, run }) => {
          if (before !== undefined && (index + 1) % every !== 0) return;
          const now = run.device();
          if (before !== undefined) {
            for (const quantity of ["dispatches", "uploads", "readbacks", "tensors"] as const) {
              run.measure(`device/${quantity}`, (now[quantity] - before[quantity]) / (index - before.index));
            }
            for (const quantity of ["tensorsHeld", "bytesHeld", "gpuBytes"] as const) run.measure(`device/${quantity}`, now[quantity]);
          }
          before = { ...now, index };
        }),
      );
    }));
}
