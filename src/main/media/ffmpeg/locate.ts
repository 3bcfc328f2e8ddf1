import { execFile } from 'node:child_process';
import { ReasonError } from '../../../shared/errors.ts';

export interface FfmpegLocation {
  readonly path: string;
  /** As FFmpeg prints it, for example `5.1.9-0+deb12u1`. */
  readonly version: string;
}

/** Version of `ffmpeg -version`'s first line as [major, minor]; null when it is a development build or unknown. */
export function parseVersion(
  output: string,
): { text: string; number: readonly [number, number] | null } | null {
  const text = /^ffmpeg version (\S+)/m.exec(output)?.[1];
  if (!text) return null;
  const match = /^n?(\d+)\.(\d+)/.exec(text);
  return { text, number: match ? [Number(match[1]), Number(match[2])] : null };
}

/** Development builds (`N-12345-g…`, `git-…`) count as new. */
export function isNewEnough(version: readonly [number, number] | null): boolean {
  if (!version) return true;
  const [major, minor] = version;
  return major > 5 || (major === 5 && minor >= 1);
}

/**
 * Finds an FFmpeg that runs: `VIDA3_FFMPEG` (then nothing else), the ffmpeg-static package, PATH.
 * @throws ReasonError `ffmpeg.missing`, `ffmpeg.too-old`
 */
export async function locateFfmpeg(env: NodeJS.ProcessEnv = process.env): Promise<FfmpegLocation> {
  const chosen = env['VIDA3_FFMPEG'];
  const candidates = chosen ? [chosen] : [await staticPath(), 'ffmpeg'];
  let tooOld: string | null = null;
  for (const path of candidates) {
    if (!path) continue;
    const version = parseVersion(await versionOutput(path, env));
    if (!version) continue;
    if (isNewEnough(version.number)) return { path, version: version.text };
    tooOld ??= `${path} is ${version.text}`;
  }
  if (tooOld) throw new ReasonError('ffmpeg.too-old', tooOld);
  throw new ReasonError('ffmpeg.missing', chosen ? `VIDA3_FFMPEG=${chosen} does not run` : 'not on PATH');
}

async function staticPath(): Promise<string | null> {
  // An optional dependency: the name is not literal so that no bundler insists on it.
  const name = 'ffmpeg-static';
  try {
    const loaded: unknown = await import(/* @vite-ignore */ name);
    const path = (loaded as { default?: unknown }).default;
    return typeof path === 'string' ? path : null;
  } catch {
    return null;
  }
}

function versionOutput(path: string, env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve) => {
    execFile(
      path,
      ['-hide_banner', '-version'],
      { timeout: 10_000, env, windowsHide: true },
      (error, stdout) => {
        resolve(error ? '' : stdout);
      },
    );
  });
}
