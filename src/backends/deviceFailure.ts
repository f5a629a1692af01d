/** No device of the kind asked for, or one that computes wrongly. */
export class DeviceUnavailable extends Error {
  readonly _tag = "DeviceUnavailable";
  override readonly name = "DeviceUnavailable";
}

/** The device was lost, reported an error, or cannot hold what was asked of it. The last checkpoint is safe. */
export class DeviceFailed extends Error {
  readonly _tag = "DeviceFailed";
  override readonly name = "DeviceFailed";
  readonly reason: "lost" | "error" | "limit";
  constructor(reason: "lost" | "error" | "limit", message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.reason = reason;
  }
}
