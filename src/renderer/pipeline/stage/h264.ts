/** H.264 levels from 3.0: level_idc, macroblocks per second, macroblocks per frame (ITU-T H.264, table A-1). */
const LEVELS: readonly (readonly [number, number, number])[] = [
  [30, 40_500, 1_620],
  [31, 108_000, 3_600],
  [32, 216_000, 5_120],
  [40, 245_760, 8_192],
  [42, 522_240, 8_704],
  [50, 589_824, 22_080],
  [51, 983_040, 36_864],
  [52, 2_073_600, 36_864],
];

/** Constrained baseline, then main: the first that the machine can encode is taken. */
const PROFILES = ['42E0', '4D40'] as const;

/** @returns level_idc of the lowest level from 3.0 that holds the size and rate; the highest where none does. */
export function h264Level(width: number, height: number, fps: number): number {
  const blocks = Math.ceil(width / 16) * Math.ceil(height / 16);
  const level = LEVELS.find(([, perSecond, perFrame]) => blocks <= perFrame && blocks * fps <= perSecond);
  return (level ?? LEVELS[LEVELS.length - 1]!)[0];
}

/** Configurations to try in order. An encoder is closed by a level too low for its size, so it is computed. */
export function encoderCandidates(
  width: number,
  height: number,
  fps: number,
  bitrateKbps: number,
): VideoEncoderConfig[] {
  const level = h264Level(width, height, fps).toString(16).padStart(2, '0').toUpperCase();
  return PROFILES.map((profile) => ({
    codec: `avc1.${profile}${level}`,
    width,
    height,
    framerate: fps,
    bitrate: bitrateKbps * 1000,
    bitrateMode: 'constant',
    latencyMode: 'realtime',
    // 'prefer-hardware' is a demand in Chromium, not a wish.
    hardwareAcceleration: 'no-preference',
    avc: { format: 'annexb' },
  }));
}

/**
 * Whether an Annex B access unit can be decoded from nothing: SPS and PPS in front of an IDR slice.
 * Reads up to the first slice only.
 */
export function startsDecoding(data: Uint8Array): boolean {
  let sps = false;
  let pps = false;
  for (let i = 0; i + 3 < data.length; i++) {
    if (data[i] !== 0 || data[i + 1] !== 0 || data[i + 2] !== 1) continue;
    const type = data[i + 3]! & 0x1f;
    if (type === 7) sps = true;
    else if (type === 8) pps = true;
    else if (type === 5) return sps && pps;
    else if (type === 1) return false;
    i += 3;
  }
  return false;
}
