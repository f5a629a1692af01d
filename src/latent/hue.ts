import { ConfigurationError } from "../configuration/configurationError.ts";
import type { ImageAttribute } from "./imageAttribute.ts";

/**
 * Hue in degrees, 0 … 360 (0 red, 120 green, 240 blue): the angle of the pixels' mean chroma, `atan2(√3 (G − B), 2R − G − B)`,
 * so that pale pixels count little and grey ones not at all. 0 of an image without colour. A change goes the short way
 * round, −180 … 180.
 */
export function hue(): ImageAttribute {
  return {
    name: "hue",
    of({ values, height, width, channels }) {
      if (channels < 3) throw new ConfigurationError("hue", [{ path: "shape", message: `expected three channels or more, got ${channels}` }]);
      let [across, up] = [0, 0];
      for (let pixel = 0; pixel < height * width; pixel++) {
        const [red, green, blue] = [0, 1, 2].map((channel) => values[pixel * channels + channel]!) as [number, number, number];
        across += 2 * red - green - blue;
        up += Math.sqrt(3) * (green - blue);
      }
      if (Math.hypot(across, up) < 1e-9 * height * width) return 0;
      return ((Math.atan2(up, across) * 180) / Math.PI + 360) % 360;
    },
    change: (from, to) => ((((to - from + 180) % 360) + 360) % 360) - 180,
  };
}
