import { useEffect, useState } from 'react';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { useTrackingPort } from '../tracking-port.ts';
import { InspectorFeed } from './feed.ts';
import { InspectorLoop } from './inspector-loop.ts';

const NUMBERS_EVERY_MS = 500;

/** Reads what tracker and stage leave, for as long as the inspector is open. */
export function useInspectorLoop(): InspectorLoop {
  const port = useTrackingPort();
  const mirrored = useSnapshots((state) => state.studio?.settings.mirror ?? false);
  const [loop] = useState(() => new InspectorLoop(new InspectorFeed(port.inspection)));
  useEffect(() => {
    port.setInspecting(true);
    loop.start();
    return () => {
      loop.stop();
      port.setInspecting(false);
    };
  }, [loop, port]);
  useEffect(() => {
    loop.feed.mirrored = mirrored;
  }, [loop, mirrored]);
  return loop;
}

/** A number as text, read twice a second: faster than that nobody reads. */
export function useNow(read: () => string): string {
  const [text, setText] = useState(read);
  useEffect(() => {
    setText(read());
    const timer = setInterval(() => setText(read()), NUMBERS_EVERY_MS);
    return () => clearInterval(timer);
  }, [read]);
  return text;
}
