/** One report of `-progress`. */
export interface FfmpegProgress {
  /** Bytes FFmpeg has handed to its output. */
  readonly totalSize: number;
  /** Presentation time written, in ms; null before the first packet. */
  readonly outTimeMs: number | null;
  readonly frame: number;
  readonly ended: boolean;
}

/** Reads the `key=value` lines of `-progress`; a report is complete at its `progress=` line. */
export class ProgressParser {
  #rest = '';
  #totalSize = 0;
  #outTimeMs: number | null = null;
  #frame = 0;

  push(text: string): FfmpegProgress[] {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    const reports: FfmpegProgress[] = [];
    for (const line of lines) {
      const [key, value] = splitLine(line);
      const number = Number(value);
      if (key === 'total_size' && Number.isFinite(number)) this.#totalSize = number;
      else if (key === 'frame' && Number.isFinite(number)) this.#frame = number;
      else if (key === 'out_time_us') this.#outTimeMs = Number.isFinite(number) ? number / 1000 : null;
      else if (key === 'progress') {
        reports.push({
          totalSize: this.#totalSize,
          outTimeMs: this.#outTimeMs,
          frame: this.#frame,
          ended: value === 'end',
        });
      }
    }
    return reports;
  }
}

function splitLine(line: string): [string, string] {
  const at = line.indexOf('=');
  return at < 0 ? [line.trim(), ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
}
