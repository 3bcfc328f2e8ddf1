import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface StreamFacts {
  readonly videoCodec: string | null;
  readonly audioCodec: string | null;
  readonly frames: number;
  readonly width: number;
  readonly height: number;
  /** Presentation times of the video packets, in seconds, in the order of the file. */
  readonly videoTimes: readonly number[];
  readonly keyTimes: readonly number[];
  readonly videoStart: number;
  readonly audioStart: number | null;
}

/** What is in a media file, packet by packet. */
export async function probeStream(file: string): Promise<StreamFacts> {
  const { stdout } = await run(
    'ffprobe',
    [
      '-v',
      'error',
      '-show_entries',
      'stream=index,codec_type,codec_name,width,height:packet=codec_type,pts_time,flags',
      '-of',
      'json',
      file,
    ],
    { maxBuffer: 64 * 1024 * 1024 },
  );
  const data = JSON.parse(stdout) as {
    streams: { codec_type: string; codec_name: string; width?: number; height?: number }[];
    packets: { codec_type: string; pts_time: string; flags: string }[];
  };
  const video = data.streams.find((s) => s.codec_type === 'video');
  const audio = data.streams.find((s) => s.codec_type === 'audio');
  const videoPackets = data.packets.filter((p) => p.codec_type === 'video');
  const audioPackets = data.packets.filter((p) => p.codec_type === 'audio');
  const videoTimes = videoPackets.map((p) => Number(p.pts_time));
  return {
    videoCodec: video?.codec_name ?? null,
    audioCodec: audio?.codec_name ?? null,
    frames: videoPackets.length,
    width: video?.width ?? 0,
    height: video?.height ?? 0,
    videoTimes,
    keyTimes: videoPackets.filter((p) => p.flags.includes('K')).map((p) => Number(p.pts_time)),
    videoStart: videoTimes[0] ?? Number.NaN,
    audioStart: audioPackets.length > 0 ? Number(audioPackets[0]!.pts_time) : null,
  };
}

/** Largest distance of neighbours, the end of the stream included. */
export function largestGap(times: readonly number[]): number {
  let gap = 0;
  for (let i = 1; i < times.length; i++) gap = Math.max(gap, times[i]! - times[i - 1]!);
  return gap;
}

export function strictlyIncreasing(times: readonly number[]): boolean {
  return times.every((t, i) => i === 0 || t > times[i - 1]!);
}
