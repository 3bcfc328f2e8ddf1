import { h264Level } from '../../../shared/domain/h264-level.ts';

/** Constrained baseline, then main: the first that the machine can encode is taken. */
const PROFILES = ['42E0', '4D40'] as const;

/**
 * Configurations to try in order. An encoder is closed by a level too low for its size, so it is computed.
 * @param software after a hardware encoder has failed: the machine's own comes last
 */
export function encoderCandidates(
  width: number,
  height: number,
  fps: number,
  bitrateKbps: number,
  software = false,
): VideoEncoderConfig[] {
  const level = h264Level(width, height, fps, bitrateKbps).toString(16).padStart(2, '0').toUpperCase();
  // 'prefer-hardware' is a demand in Chromium, not a wish.
  const kinds: readonly HardwareAcceleration[] = software
    ? ['prefer-software', 'no-preference']
    : ['no-preference'];
  return kinds.flatMap((hardwareAcceleration) =>
    PROFILES.map(
      (profile): VideoEncoderConfig => ({
        codec: `avc1.${profile}${level}`,
        width,
        height,
        framerate: fps,
        bitrate: bitrateKbps * 1000,
        bitrateMode: 'constant',
        latencyMode: 'realtime',
        hardwareAcceleration,
        avc: { format: 'annexb' },
      }),
    ),
  );
}

/** The first configuration that this browser can encode; null when there is none. */
export async function supportedConfig(
  candidates: readonly VideoEncoderConfig[],
): Promise<VideoEncoderConfig | null> {
  if (typeof VideoEncoder === 'undefined') return null;
  for (const candidate of candidates) {
    const answer = await VideoEncoder.isConfigSupported(candidate).catch(() => null);
    if (answer?.supported) return candidate;
  }
  return null;
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
