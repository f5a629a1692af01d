/** The body tfjs wraps into a compute shader; `width` values per thread. */
export function leakyReluGradShader(width: 1 | 4): string {
  const zero = width === 4 ? "vec4<f32>(0.0)" : "0.0";
  return `
    fn main(index : i32) {
      if (index >= uniforms.count) { return; }
      let d = dy[index];
      result[index] = select(uniforms.alpha * d, d, x[index] > ${zero});
    }`;
}
