import { execFile } from 'node:child_process';
import type { EncoderTrial, FfmpegEncoder } from '../../../shared/domain/encoding.ts';
import { plainEnvironment } from '../environment.ts';
import { trialArgs } from './encoder-args.ts';

const TRIAL_TIMEOUT_MS = 10_000;
const DETAIL_MAX = 400;

/** Encodes 0.2 seconds with every encoder, one after the other: a listing proves nothing. */
export async function tryEncoders(
  ffmpeg: string,
  encoders: readonly FfmpegEncoder[],
  timeoutMs = TRIAL_TIMEOUT_MS,
): Promise<EncoderTrial[]> {
  const trials: EncoderTrial[] = [];
  for (const encoder of encoders) trials.push(await tryEncoder(ffmpeg, encoder, timeoutMs));
  return trials;
}

function tryEncoder(ffmpeg: string, encoder: FfmpegEncoder, timeoutMs: number): Promise<EncoderTrial> {
  return new Promise((resolve) => {
    execFile(
      ffmpeg,
      trialArgs(encoder),
      {
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
        windowsHide: true,
        encoding: 'utf8',
        env: { ...plainEnvironment(), LC_ALL: 'C' },
      },
      (error, _stdout, stderr) => {
        if (!error) resolve({ encoder, works: true, detail: null });
        else if (error.killed) resolve({ encoder, works: false, detail: 'it did not end in time' });
        else resolve({ encoder, works: false, detail: lastLine(stderr) ?? String(error.code ?? 'failed') });
      },
    );
  });
}

/** The last thing FFmpeg said, without addresses in memory and without the paths of this machine. */
function lastLine(stderr: string): string | null {
  const line = stderr
    .trim()
    .split(/[\r\n]+/)
    .at(-1);
  if (!line) return null;
  const plain = line.replace(/ @ 0x[0-9a-f]+/gi, '').replace(/(?:[A-Za-z]:\\|\/)[^\s'":]+/g, '…');
  return plain.slice(0, DETAIL_MAX);
}
