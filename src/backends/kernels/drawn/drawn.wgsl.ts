import type { Drawing } from "../../../math/random/drawnOnDevice.ts";
import { philoxConstants } from "../../../math/random/philox.ts";

const pair = ([first, second]: readonly [number, number]): string => `vec2<u32>(${first}u, ${second}u)`;

/**
 * Four words of the key's stream and what is made of them, `values`, a `vec4`. One thread is one block of Philox4x32-10; see
 * `math/random`, whose functions these are.
 */
export function drawnShader(kind: Drawing["kind"]): string {
  return `${words}\n${made[kind]}`;
}

/** Whole blocks, or the values that fall into the output where a block only begins or ends in it. */
export function storeDrawn(isWhole: boolean): string {
  if (isWhole) return "result[index] = values;";
  return `
    for (var lane = 0; lane < 4 + zero; lane++) {
      let at = 4 * index - uniforms.skip + lane;
      if (at >= 0 && at < uniforms.count) { result[at] = values[lane]; }
    }`;
}

/** WGSL has no 64-bit product: in 16-bit halves, c0 and c2 side by side. */
const words = `
  let lower = vec2<u32>(0xffffu);
  let wide = vec2<u32>(16u);
  let m = ${pair(philoxConstants.multipliers)};
  let m0 = m & lower;
  let m1 = m >> wide;
  let low = bitcast<u32>(uniforms.block) + u32(index);
  var c = vec4<u32>(low, bitcast<u32>(uniforms.blockHigh) + select(0u, 1u, low < u32(index)), 0u, 0u);
  var k = vec2<u32>(bitcast<u32>(uniforms.key0), bitcast<u32>(uniforms.key1));
  for (var round = 0; round < 10 + zero; round++) {
    let a0 = c.xz & lower;
    let a1 = c.xz >> wide;
    let middle = a1 * m0 + ((a0 * m0) >> wide);
    let carry = a0 * m1 + (middle & lower);
    let high = a1 * m1 + (middle >> wide) + (carry >> wide);
    let product = c.xz * m;
    c = vec4<u32>(high.y ^ c.y ^ k.x, product.y, high.x ^ c.w ^ k.y, product.x);
    k += ${pair(philoxConstants.increments)};
  }`;

/** 24 bits of each word: what float32 holds. */
const share = "let share = c >> vec4<u32>(8u);";

const made: Readonly<Record<Drawing["kind"], string>> = {
  words: "let values = bitcast<vec4<i32>>(c);",
  uniforms: `
    ${share}
    let spread = uniforms.bottom + uniforms.width * (vec4<f32>(share) * ${2 ** -24});
    let values = select(spread, vec4<f32>(uniforms.last), spread >= vec4<f32>(uniforms.top));`,
  mask: `
    ${share}
    let values = select(vec4<f32>(uniforms.kept), vec4<f32>(), share < vec4<u32>(u32(uniforms.dropped)));`,
  // Box and Muller, by two pairs of words. What is taken from 1 is taken from an integer, so that a logarithm near 0 keeps its
  // digits; the built-in sine and cosine promise no more than 2⁻¹¹, the logarithm 2⁻²¹ near 1.
  normals: `
    let word = c.xz;
    let bits = vec2<u32>(32u) - countLeadingZeros(word);
    let lowest = word - (vec2<u32>(1u) << ((bits - 1u) & vec2<u32>(31u)));
    let missing = (vec2<u32>(0xffffffffu) >> ((32u - bits) & vec2<u32>(31u))) - word;
    let scale = bitcast<vec2<f32>>((vec2<u32>(128u) - bits) << vec2<u32>(23u));
    let above = select((vec2<f32>(lowest) + 0.5) * scale, vec2<f32>(), word == vec2<u32>());
    let isHigh = above > vec2<f32>(${Math.SQRT2 - 1});
    let offset = select(above, (vec2<f32>(missing) + 0.5) * scale * -0.5, isHigh);
    let exponent = vec2<f32>(bits) - select(vec2<f32>(33.0), vec2<f32>(32.0), isHigh);
    let s = offset / (2.0 + offset);
    let t = s * s;
    let logarithm = exponent * ${Math.LN2} + 2.0 * s * (1.0 + t * (${1 / 3} + t * (0.2 + t * (${1 / 7} + t * ${1 / 9}))));
    let radius = sqrt(-2.0 * logarithm) * uniforms.deviation;

    let angle = bitcast<vec2<i32>>(c.yw);
    let quadrant = ((angle + 0x20000000) >> vec2<u32>(30u)) & vec2<i32>(3);
    let x = ${(2 * Math.PI) / 2 ** 32} * vec2<f32>(angle - (quadrant << vec2<u32>(30u)));
    let y = x * x;
    let sine = x * (1.0 - y * (${1 / 6} - y * (${1 / 120} - y * (${1 / 5040} - y * ${1 / 362880}))));
    let cosine = 1.0 - y * (0.5 - y * (${1 / 24} - y * (${1 / 720} - y * (${1 / 40320} - y * ${1 / 3628800}))));
    let isTurned = (quadrant & vec2<i32>(1)) == vec2<i32>(1);
    let isLeft = (quadrant == vec2<i32>(1)) | (quadrant == vec2<i32>(2));
    let across = radius * select(cosine, sine, isTurned);
    let up = radius * select(sine, cosine, isTurned);
    let z = vec4<f32>(select(across, -across, isLeft), select(up, -up, quadrant >= vec2<i32>(2)));
    let values = z.xzyw;`,
};
