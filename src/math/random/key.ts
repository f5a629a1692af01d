/**
 * A key of the counter-based generator: two unsigned 32-bit words. Keys are values; a stream of numbers is a function
 * of its key alone, so a new consumer of randomness changes no other draw, and resuming needs no generator state.
 */
export type Key = readonly [number, number];
