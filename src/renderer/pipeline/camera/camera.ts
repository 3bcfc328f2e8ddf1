import { CaptureDevice } from './capture-device.ts';

const WIDTH = 640;
const HEIGHT = 480;

/**
 * The camera. MediaPipe scales every picture down to about 256×256, so 640×480 is all it needs.
 * @param fps wanted rate; a camera that cannot is taken as it is
 */
export function createCamera(fps: number): CaptureDevice {
  const device = (id: string): MediaTrackConstraints => (id === 'default' ? {} : { deviceId: { exact: id } });
  return new CaptureDevice({
    kind: 'camera',
    constraints: (id) => ({
      audio: false,
      video: {
        ...device(id),
        width: { ideal: WIDTH },
        height: { ideal: HEIGHT },
        frameRate: { ideal: fps },
      },
    }),
    fallback: (id) => ({ audio: false, video: id === 'default' ? true : device(id) }),
  });
}
