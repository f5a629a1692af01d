import type { TrainingEvent } from "../../src/game/event.ts";
import type { Training } from "../../src/train.ts";

/** All events of a run, after it has released everything. Rejects with its failure. */
export async function eventsOf(training: Training): Promise<readonly TrainingEvent[]> {
  const events: TrainingEvent[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      training.subscribe({ next: (event) => events.push(event), error: reject, complete: resolve });
    });
  } finally {
    await training.closed;
  }
  return events;
}
