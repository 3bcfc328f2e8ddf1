/** What FFmpeg says about a file. */
export interface FileProbe {
  readonly durationSeconds: number | null;
  readonly video: ProbedVideo | null;
  readonly audio: { readonly codec: string; readonly sampleRate: number } | null;
}

export interface ProbedVideo {
  readonly codec: string;
  /** As it is to be shown: turned upright. */
  readonly width: number;
  readonly height: number;
  readonly fps: number;
}

/**
 * Reads the stream list that `ffmpeg -i FILE` prints on stderr, because not every FFmpeg comes with an ffprobe.
 * Cover pictures of audio files are no video.
 */
export function parseProbe(stderr: string): FileProbe {
  const duration = /Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)/.exec(stderr);
  const lines = stderr.split('\n');
  let video: ProbedVideo | null = null;
  let audio: FileProbe['audio'] = null;
  for (const [at, line] of lines.entries()) {
    if (!/^\s*Stream #0:/.test(line)) continue;
    if (!video && line.includes(': Video: ') && !line.includes('(attached pic)')) {
      video = parseVideo(line, streamDetails(lines, at));
    }
    const sound = /: Audio: (\w+).*?, (\d+) Hz/.exec(line);
    if (!audio && sound) audio = { codec: sound[1]!, sampleRate: Number(sound[2]) };
  }
  return {
    durationSeconds: duration
      ? Number(duration[1]) * 3600 + Number(duration[2]) * 60 + Number(duration[3])
      : null,
    video,
    audio,
  };
}

/** The indented lines below a stream's line. */
function streamDetails(lines: readonly string[], at: number): string {
  const details: string[] = [];
  for (const line of lines.slice(at + 1)) {
    if (/^\s*Stream #/.test(line) || /^\S/.test(line)) break;
    details.push(line);
  }
  return details.join('\n');
}

function parseVideo(line: string, details: string): ProbedVideo | null {
  const codec = /: Video: (\w+)/.exec(line);
  const size = /, (\d{2,5})x(\d{2,5})/.exec(line);
  if (!codec || !size) return null;
  const rate = /, ([\d.]+)(k?) fps/.exec(line) ?? /, ([\d.]+)(k?) tbr/.exec(line);
  const turned = /rotation of (-?[\d.]+)/.exec(details);
  const sideways = turned !== null && Math.round(Math.abs(Number(turned[1])) / 90) % 2 === 1;
  const [width, height] = [Number(size[1]), Number(size[2])];
  return {
    codec: codec[1]!,
    width: sideways ? height : width,
    height: sideways ? width : height,
    fps: rate ? Number(rate[1]) * (rate[2] === 'k' ? 1000 : 1) : 25,
  };
}
