/** A program that asks for the backend of its first argument and prints what it got, or why not. */
import type { BackendChoice } from "../../src/backends/device.ts";
import { openDevice } from "../../src/backends/openDevice.ts";

try {
  const device = await openDevice(process.argv[2] as BackendChoice);
  console.log(`opened ${device.description.backend} (${device.description.reason})`);
  await device.close();
} catch (problem) {
  console.log(`refused ${(problem as Error).name}: ${(problem as Error).message}`);
}
