import type { Width } from "../runShader.ts";

/** Tensors tfjs binds before its uniforms, and for each of which it puts shape and stride in front of ours. */
const tensors = 7;

/** A whole shader, since tfjs writes those of one output only. Binding 0 is tfjs' `output`, the others its `inputs`. */
export function adamShader(width: Width): string {
  const type = width === 4 ? "vec4<f32>" : "f32";
  const header = Array.from({ length: 2 * tensors }, (_, i) => `shape${i} : i32,`).join(" ");
  return `
    struct Uniforms {
      NAN : f32, INFINITY : f32, ${header}
      count : u32,
      beta1 : f32, rest1 : f32, beta2 : f32, rest2 : f32,
      kept : f32, rateOverBias1 : f32, oneOverBias2 : f32, epsilon : f32,
    };
    @group(0) @binding(0) var<storage, read_write> newP : array<${type}>;
    @group(0) @binding(1) var<storage, read> p : array<${type}>;
    @group(0) @binding(2) var<storage, read> g : array<${type}>;
    @group(0) @binding(3) var<storage, read> m : array<${type}>;
    @group(0) @binding(4) var<storage, read> v : array<${type}>;
    @group(0) @binding(5) var<storage, read_write> newM : array<${type}>;
    @group(0) @binding(6) var<storage, read_write> newV : array<${type}>;
    @group(0) @binding(7) var<uniform> uniforms : Uniforms;

    @compute @workgroup_size(64)
    fn main(@builtin(global_invocation_id) id : vec3<u32>, @builtin(num_workgroups) groups : vec3<u32>) {
      let i = id.x + id.y * groups.x * 64u;
      if (i >= uniforms.count) { return; }
      let slope = g[i];
      let mean = uniforms.beta1 * m[i] + uniforms.rest1 * slope;
      let square = uniforms.beta2 * v[i] + uniforms.rest2 * slope * slope;
      newM[i] = mean;
      newV[i] = square;
      newP[i] = uniforms.kept * p[i] - (uniforms.rateOverBias1 * mean) / (sqrt(square * uniforms.oneOverBias2) + uniforms.epsilon);
    }`;
}
