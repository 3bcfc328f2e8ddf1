import { rm } from 'node:fs/promises';
import path from 'node:path';
import { trackingFps } from '../../shared/domain/studio.ts';
import { makeTempFolder } from '../host/temp-folder.ts';
import { toWav, toY4m } from '../media/ffmpeg/jobs.ts';
import { say } from './exit.ts';

/** Longer files are cut: the browser plays its stand-in camera uncompressed, and in a loop. */
const MAX_SECONDS = 60;
/** What a tracker uses of a camera; a larger clip is scaled down to fit. */
const MAX_WIDTH = 640;

export interface DeviceFiles {
  readonly cameraFile: string | undefined;
  readonly microphoneFile: string | undefined;
  remove(): Promise<void>;
}

/**
 * Turns clips into what the browser takes as its camera and microphone.
 * @param fps the programme's rate; the camera file gets the rate at which it is tracked
 * @throws ReasonError `camera.file-missing`, `camera.not-a-video`, `microphone.not-audio`
 */
export async function prepareDeviceFiles(
  options: { ffmpeg: string; camera?: string | undefined; audio?: string | undefined; fps: number },
  signal: AbortSignal,
): Promise<DeviceFiles> {
  const folder = makeTempFolder('device');
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    let cameraFile: string | undefined;
    let microphoneFile: string | undefined;
    if (options.camera) {
      say('Preparing the camera file …');
      cameraFile = path.join(folder, 'camera.y4m');
      await toY4m(options.ffmpeg, options.camera, cameraFile, {
        fps: trackingFps(options.fps),
        maxSeconds: MAX_SECONDS,
        maxWidth: MAX_WIDTH,
        signal,
      });
    }
    if (options.audio) {
      say('Preparing the audio file …');
      microphoneFile = path.join(folder, 'microphone.wav');
      await toWav(options.ffmpeg, options.audio, microphoneFile, { maxSeconds: 600, signal });
    }
    return { cameraFile, microphoneFile, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
