/** What `control$` may ask of a run. Carried out at round boundaries, and recorded, so that a resumed run knows. */
export type Command =
  | { readonly _tag: "Pause" }
  | { readonly _tag: "Resume" }
  /** Plays no further round, saves a checkpoint, completes. */
  | { readonly _tag: "Stop" }
  | { readonly _tag: "SaveCheckpoint" }
  | { readonly _tag: "DrawSamples" }
  /** From now on this player's learning rate, in place of its schedule. */
  | { readonly _tag: "SetRate"; readonly player: string; readonly rate: number }
  /** From now on this term's weight, in place of its schedule. */
  | { readonly _tag: "SetWeight"; readonly term: string; readonly weight: number };
