/**
 * Requests a device with everything the adapter can do that the kernels use.
 *
 * The stock registration leaves `maxStorageBuffersPerShaderStage` at its default of 8, which fused kernels exceed, and
 * asks for a feature in a nested array that some providers refuse.
 */
export function requestDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  const requiredLimits = Object.fromEntries(raisedLimits.map((name) => [name, adapter.limits[name]]));
  const requiredFeatures = wantedFeatures.filter((feature) => adapter.features.has(feature));
  return adapter.requestDevice({ requiredLimits, requiredFeatures });
}

const raisedLimits = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupSizeY",
  "maxComputeWorkgroupSizeZ",
  "maxComputeWorkgroupsPerDimension",
] as const;

// Only profiling uses it.
const wantedFeatures: readonly GPUFeatureName[] = ["timestamp-query"];
