/** Plain JSON data. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * How a thing that shapes training describes itself: what it is and with which options.
 *
 * Specs go into the checkpoint manifest and are hashed there, so that a run is never resumed under a configuration it
 * was not started with. They hold everything that changes the numbers and nothing that does not.
 */
export type Spec = {
  readonly name: string;
  readonly options?: { readonly [key: string]: Json };
};
