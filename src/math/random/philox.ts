/** Constants of Philox4x32: two multipliers, and the Weyl increments of the two key words. */
const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9;
const W1 = 0xbb67ae85;
const M0_LOW = M0 & 0xffff;
const M0_HIGH = M0 >>> 16;
const M1_LOW = M1 & 0xffff;
const M1_HIGH = M1 >>> 16;

/** The same for who computes these words elsewhere: a shader. */
export const philoxConstants = { multipliers: [M0, M1], increments: [W0, W1] } as const;

/**
 * Philox4x32-10: a bijection of the 128-bit counter, chosen by the 64-bit key. Writes four unsigned words to
 * `out[offset]` … `out[offset + 3]`.
 *
 * Ten rounds of `(c0, c1, c2, c3) → (hi(M1·c2) ⊕ c1 ⊕ k0, lo(M1·c2), hi(M0·c0) ⊕ c3 ⊕ k1, lo(M0·c0))`, between which
 * the key grows by its Weyl increments. Integers only, so the words are the same on every runtime and backend.
 *
 * Reference: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011), section 4.3.
 */
export function philox4x32(
  out: Uint32Array,
  offset: number,
  counter0: number,
  counter1: number,
  counter2: number,
  counter3: number,
  key0: number,
  key1: number,
): void {
  let c0 = counter0 | 0;
  let c1 = counter1 | 0;
  let c2 = counter2 | 0;
  let c3 = counter3 | 0;
  let k0 = key0 | 0;
  let k1 = key1 | 0;
  for (let round = 0; round < 10; round++) {
    // 32 × 32 → 64 bits in 16-bit halves, written out twice: staying within int32 keeps both JITs off doubles, and
    // JavaScriptCore does not inline a helper into this loop.
    const a0 = c0 & 0xffff;
    const a1 = c0 >>> 16;
    const middle0 = (Math.imul(a1, M0_LOW) + (Math.imul(a0, M0_LOW) >>> 16)) | 0;
    const carry0 = (Math.imul(a0, M0_HIGH) + (middle0 & 0xffff)) | 0;
    const high0 = (Math.imul(a1, M0_HIGH) + (middle0 >>> 16) + (carry0 >>> 16)) | 0;
    const b0 = c2 & 0xffff;
    const b1 = c2 >>> 16;
    const middle1 = (Math.imul(b1, M1_LOW) + (Math.imul(b0, M1_LOW) >>> 16)) | 0;
    const carry1 = (Math.imul(b0, M1_HIGH) + (middle1 & 0xffff)) | 0;
    const high1 = (Math.imul(b1, M1_HIGH) + (middle1 >>> 16) + (carry1 >>> 16)) | 0;
    const low0 = Math.imul(c0, M0);
    const low1 = Math.imul(c2, M1);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + W0) | 0;
    k1 = (k1 + W1) | 0;
  }
  out[offset] = c0;
  out[offset + 1] = c1;
  out[offset + 2] = c2;
  out[offset + 3] = c3;
}

/** Upper 32 bits of the 64-bit product of two unsigned 32-bit words, as a signed word. */
export function multiplyHigh(a: number, b: number): number {
  const a0 = a & 0xffff;
  const a1 = a >>> 16;
  const b0 = b & 0xffff;
  const b1 = b >>> 16;
  const middle = (Math.imul(a1, b0) + (Math.imul(a0, b0) >>> 16)) | 0;
  const carry = (Math.imul(a0, b1) + (middle & 0xffff)) | 0;
  return (Math.imul(a1, b1) + (middle >>> 16) + (carry >>> 16)) | 0;
}
