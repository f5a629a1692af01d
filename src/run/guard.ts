import { Observable } from "rxjs";
import { asFailure, PluginFailed } from "../game/failure.ts";
import type { AnyPlugin } from "../game/plugin.ts";
import type { Round } from "../game/round.ts";

/**
 * A plugin's operator under guard: every round that goes in comes out exactly once, in order, and at once unless the
 * plugin is declared asynchronous; nothing completes before the run does. What goes wrong is an error with the
 * plugin's name, instead of a run that hangs.
 */
export function guarded(plugin: AnyPlugin, passing: (round: Round) => void): (round$: Observable<Round>) => Observable<Round> {
  const { name, asynchronous } = plugin.plugin;
  return (round$) =>
    new Observable<Round>((subscriber) => {
      let inside: number | undefined;
      let entered = -1;
      let isOver = false;
      let watchdog: ReturnType<typeof setTimeout> | undefined;
      const fail = (message: string, cause?: unknown): void => {
        clearTimeout(watchdog);
        subscriber.error(new PluginFailed(name, Math.max(entered, 0), message, cause));
      };
      const feeding$ = new Observable<Round>((plugged) =>
        round$.subscribe({
          next: (round) => {
            inside = entered = round.index;
            plugged.next(round);
            if (inside === undefined || subscriber.closed) return;
            if (asynchronous === undefined) {
              fail("the round did not come out; a plugin must pass on every round at once, or be declared asynchronous");
            } else {
              const { timeoutMs } = asynchronous;
              watchdog = setTimeout(() => fail(`the round did not come out within ${timeoutMs} ms`), timeoutMs);
            }
          },
          error: (error: unknown) => plugged.error(error),
          complete: () => {
            isOver = true;
            plugged.complete();
          },
        }),
      );
      let output$: Observable<Round>;
      try {
        output$ = plugin(feeding$);
      } catch (error) {
        fail(messageOf(error), error);
        return undefined;
      }
      const subscription = output$.subscribe({
        next: (round) => {
          if (inside === undefined) return fail(`round ${round?.index} came out a second time, or unasked`);
          if (round?.index !== inside) return fail(`round ${round?.index} came out where round ${inside} went in`);
          inside = undefined;
          clearTimeout(watchdog);
          passing(round);
          subscriber.next(round);
        },
        error: (error: unknown) => {
          const failure = asFailure(error);
          if (failure._tag === "Unexpected") fail(messageOf(error), error);
          else subscriber.error(failure);
        },
        complete: () => (isOver ? subscriber.complete() : fail("it completed before the run did")),
      });
      return () => {
        clearTimeout(watchdog);
        subscription.unsubscribe();
      };
    });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
