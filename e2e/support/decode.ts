import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** Square at the top left that is looked at, in pixels. */
const CORNER = 8;

/** Decodes a whole file. @returns what FFmpeg complains about; empty when nothing is wrong with it */
export async function decodeErrors(file: string): Promise<string> {
  // In the file's own time base: two pictures close together are no fault of the stream.
  const asIs = ['-fps_mode', 'passthrough', '-enc_time_base', '-1'];
  const { stderr } = await run('ffmpeg', ['-v', 'error', '-i', file, ...asIs, '-f', 'null', '-']);
  return stderr.trim();
}

/** Mean red, green and blue of the top left corner of every picture of a file, 0 to 255, in the order of the file. */
export async function pictureCorners(file: string): Promise<[number, number, number][]> {
  const { stdout } = await run(
    'ffmpeg',
    [
      ...['-v', 'error', '-i', file, '-vf', `crop=${CORNER}:${CORNER}:0:0,scale=1:1:flags=area,format=rgb24`],
      ...['-fps_mode', 'passthrough', '-f', 'rawvideo', '-'],
    ],
    { encoding: 'buffer', maxBuffer: 64 * 1024 * 1024 },
  );
  const colours: [number, number, number][] = [];
  for (let at = 0; at + 3 <= stdout.length; at += 3) {
    colours.push([stdout[at]!, stdout[at + 1]!, stdout[at + 2]!]);
  }
  return colours;
}
