import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FfmpegEncoder } from '../../../shared/domain/encoding.ts';
import type { EncodedPicture } from './encoder-child.ts';
import { EncoderLane } from './encoder-lane.ts';

const SIZE = { width: 32, height: 16 };
const PICTURE = new Uint8Array((SIZE.width * SIZE.height * 3) / 2);

/**
 * An encoder in few lines: a tag for every picture, with a sequence header before. As nvenc it dies at the third
 * picture, as qsv it writes no FLV, as vaapi it stands still after the first picture.
 */
const FAKE = `#!${process.execPath}
const name = process.argv[process.argv.indexOf('-c:v') + 1];
const tag = (body) => {
  const out = Buffer.alloc(11 + body.length + 4);
  out[0] = 9;
  out.writeUIntBE(body.length, 1, 3);
  body.copy(out, 11);
  out.writeUInt32BE(11 + body.length, 11 + body.length);
  return out;
};
const header = Buffer.from('464c5601010000000900000000', 'hex');
let bytes = 0;
let pictures = 0;
process.stdin.on('data', (chunk) => {
  bytes += chunk.length;
  while (bytes >= ${PICTURE.length}) {
    bytes -= ${PICTURE.length};
    pictures++;
    if (name === 'h264_nvenc' && pictures === 3) {
      console.error('no device any more');
      process.exit(1);
    }
    if (name === 'h264_vaapi' && pictures > 1) continue;
    if (name === 'h264_qsv') process.stdout.write('This is no FLV at all, but a text.');
    else {
      if (pictures === 1) {
        process.stdout.write(Buffer.concat([header, tag(Buffer.from([0x17, 0, 0, 0, 0, 1, 77, 0, 30, 255, 225, 0]))]));
      }
      process.stdout.write(tag(Buffer.from([pictures === 1 ? 0x17 : 0x27, 1, 0, 0, 0, pictures])));
    }
  }
});
`;

describe.skipIf(process.platform === 'win32')(
  'the encoder of a rendition (a script with a first line)',
  () => {
    let folder: string;
    let ffmpeg: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'vida3-lane-'));
      ffmpeg = join(folder, 'ffmpeg');
      writeFileSync(ffmpeg, FAKE);
      chmodSync(ffmpeg, 0o755);
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    function open(encoders: FfmpegEncoder[]) {
      const pictures: EncodedPicture[] = [];
      const failed: string[] = [];
      let timeUs = 0;
      const lane = new EncoderLane({
        ffmpeg,
        encoders,
        target: { ...SIZE, bitrateKbps: 100 },
        fps: 30,
        onPicture: (picture) => pictures.push(picture),
        onFailed: (detail) => failed.push(detail),
        log: () => undefined,
      });
      return {
        lane,
        pictures,
        failed,
        submit() {
          timeUs += 33_000;
          lane.submit(PICTURE, SIZE, timeUs);
        },
        until: async (condition: () => boolean) => {
          while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
        },
      };
    }

    test('one comes out for each that goes in, with its time', async () => {
      const { lane, pictures, submit, until } = open(['libx264']);
      for (let i = 1; i <= 20; i++) {
        submit();
        await until(() => pictures.length === i);
      }
      expect(pictures.map(({ timeUs }) => timeUs)).toEqual(pictures.map((_, i) => (i + 1) * 33_000));
      expect(pictures.map(({ key }) => key)).toEqual(pictures.map((_, i) => i === 0));
      expect(new Set(pictures.map(({ avcC }) => avcC)).size).toBe(1);
      expect(lane).toMatchObject({ frames: 20, keyFrames: 1, skipped: 0, replaced: 0, encoder: 'libx264' });
      expect(await lane.end(1000)).toBe(false);
    });

    test('one that dies after it has worked is tried again, then the next one takes over, each with a key frame', async () => {
      const { lane, pictures, failed, submit, until } = open(['nvenc', 'libx264']);
      for (const [tries, encoder] of [
        [1, 'nvenc'],
        [2, 'libx264'],
      ] as const) {
        submit();
        submit();
        await until(() => pictures.length === 2 * tries);
        submit();
        await until(() => lane.replaced === tries);
        expect(lane.encoder).toBe(encoder);
      }
      submit();
      await until(() => pictures.length === 5);
      expect(pictures.map(({ key }) => key)).toEqual([true, false, true, false, true]);
      expect(lane).toMatchObject({ encoder: 'libx264', skipped: 2 });
      expect(failed).toEqual([]);
      await lane.end(1000);
    });

    test('garbage and standing still are failures; the last one of all is told once', async () => {
      const { lane, pictures, failed, submit, until } = open(['qsv', 'vaapi']);
      submit();
      await until(() => lane.replaced === 1);
      for (const tries of [1, 2]) {
        submit();
        await until(() => pictures.length === tries);
        submit();
        await until(() => lane.replaced + failed.length === 1 + tries);
      }
      submit();
      expect(failed).toEqual(['nothing comes out of the encoder']);
      expect(lane.encoder).toBeNull();
      await lane.end(1000);
    });

    test('a program that is not there is a failure, too', async () => {
      ffmpeg = join(folder, 'none');
      const { lane, failed, submit, until } = open(['libx264']);
      submit();
      await until(() => failed.length === 1);
      expect(failed).toEqual(['ENOENT']);
      await lane.end(1000);
      ffmpeg = join(folder, 'ffmpeg');
    });

    test('pictures wait for the start and no longer; a new bitrate loses none', async () => {
      const { lane, pictures, submit, until } = open(['libx264']);
      for (let i = 0; i < 12; i++) submit();
      expect(lane.skipped).toBe(4);
      await until(() => pictures.length === 8);
      submit();
      lane.retarget(50);
      submit();
      await until(() => pictures.length === 10);
      expect(pictures.filter(({ key }) => key)).toHaveLength(2);
      expect(pictures.map(({ timeUs }) => timeUs)).toEqual(
        pictures.map(({ timeUs }) => timeUs).sort((a, b) => a - b),
      );
      await lane.end(1000);
    });

    test('another preset begins another libx264 with a key frame and loses none; the same one changes nothing', async () => {
      const { lane, pictures, submit, until } = open(['libx264']);
      const pids = new Set<number | undefined>();
      for (const [i, preset] of (['ultrafast', 'ultrafast', 'veryfast'] as const).entries()) {
        lane.setPreset(preset);
        submit();
        await until(() => pictures.length === i + 1);
        pids.add(lane.pid);
      }
      expect(pids.size).toBe(2);
      expect(pictures.map(({ key }) => key)).toEqual([true, false, true]);
      expect(lane).toMatchObject({ frames: 3, keyFrames: 2, skipped: 0, replaced: 0 });
      await lane.end(1000);
    });

    test('an encoder of the graphics card runs on whatever the preset is; libx264 after it has it', async () => {
      const { lane, pictures, submit, until } = open(['nvenc', 'libx264']);
      submit();
      await until(() => pictures.length === 1);
      const { pid } = lane;
      lane.setPreset('ultrafast');
      submit();
      await until(() => pictures.length === 2);
      expect(lane.pid).toBe(pid);
      expect(pictures.map(({ key }) => key)).toEqual([true, false]);
      await lane.end(1000);
    });
  },
);
