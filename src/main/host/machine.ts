import { readdir, readFile } from 'node:fs/promises';
import { arch, cpus, platform, release } from 'node:os';

const DRM = '/sys/class/drm';

/**
 * What decides which encoders work on this machine, as one text: another FFmpeg, system, processor or graphics
 * driver makes another text. On Windows and macOS drivers come with the system's own version, or are not told.
 */
export async function machineText(ffmpegVersion: string): Promise<string> {
  const parts = [`ffmpeg ${ffmpegVersion}`, platform(), arch(), release(), cpus()[0]?.model ?? ''];
  if (platform() === 'linux') parts.push(...(await linuxGraphics()));
  return parts.join(', ');
}

async function linuxGraphics(): Promise<string[]> {
  const read = (path: string) =>
    readFile(path, 'utf8')
      .then((text) => text.split('\n')[0]!.trim())
      .catch(() => '');
  const cards = (await readdir(DRM).catch(() => [])).filter((name) => /^card\d+$/.test(name)).sort();
  const ids = await Promise.all(
    cards.map(
      async (card) =>
        `${await read(`${DRM}/${card}/device/vendor`)}:${await read(`${DRM}/${card}/device/device`)}`,
    ),
  );
  // Mesa's version is in no file; NVIDIA's own driver tells its.
  return [...ids, await read('/proc/driver/nvidia/version')].filter((text) => text !== '');
}
