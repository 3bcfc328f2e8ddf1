import { useEffect, useRef } from 'react';
import { CLIP_LIGHT_MS, CLIP_TOLD_MS, type Level, LevelHold, useClipping } from '../../../../state/levels.ts';
import { useStudio } from '../../../studio-context.ts';

/** Draws one picture of the screen. `level` null: at rest. */
export type DrawLevel = (level: Level | null, hold: LevelHold, clipLight: boolean, nowMs: number) => void;

const hold = new LevelHold();
const drawers = new Set<DrawLevel>();
let frame = 0;

/**
 * Calls `draw` at the screen's rate while the microphone runs, without React. All meters share one loop and one
 * held peak.
 */
export function useLevelLoop(running: boolean, draw: DrawLevel): void {
  const { pipeline } = useStudio();
  const latest = useRef(draw);
  latest.current = draw;
  useEffect(() => {
    const drawer: DrawLevel = (...how) => latest.current(...how);
    drawer(null, hold, false, 0);
    if (!running) return;
    const tick = (nowMs: number) => {
      const level = pipeline.meter;
      hold.update(level, nowMs);
      const light = hold.clippedWithin(CLIP_LIGHT_MS, nowMs);
      for (const each of drawers) each(level, hold, light, nowMs);
      tell(hold.clippedWithin(CLIP_TOLD_MS, nowMs));
      frame = requestAnimationFrame(tick);
    };
    drawers.add(drawer);
    if (drawers.size === 1) frame = requestAnimationFrame(tick);
    return () => {
      drawers.delete(drawer);
      drawer(null, hold, false, 0);
      if (drawers.size > 0) return;
      cancelAnimationFrame(frame);
      hold.rest();
      tell(false);
    };
  }, [pipeline, running]);
}

function tell(clipping: boolean): void {
  if (useClipping.getState().clipping !== clipping) useClipping.setState({ clipping });
}
