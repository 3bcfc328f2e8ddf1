import { type RefObject, useEffect } from 'react';
import { useTrackingPort } from '../tracking-port.ts';

const LOOK_EVERY_MS = 500;

/**
 * Shows the camera's own track in a video, another one when the camera changes, and lets go of it afterwards: the
 * track belongs to the tracker and is neither kept nor stopped here.
 */
export function useCameraStream(
  video: RefObject<HTMLVideoElement | null>,
  onChange: (shown: boolean) => void,
): void {
  const port = useTrackingPort();
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    let shown: MediaStreamTrack | null = null;
    const look = () => {
      const { camera } = port.inspection;
      const track = camera?.readyState === 'live' ? camera : null;
      if (track === shown) return;
      shown = track;
      element.srcObject = track && new MediaStream([track]);
      onChange(track !== null);
    };
    look();
    const timer = setInterval(look, LOOK_EVERY_MS);
    return () => {
      clearInterval(timer);
      element.srcObject = null;
    };
  }, [port, video, onChange]);
}
