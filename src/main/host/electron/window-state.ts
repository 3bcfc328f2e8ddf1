import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

export const MIN_WIDTH = 960;
export const MIN_HEIGHT = 600;
const DEFAULT_SIZE = { width: 1440, height: 900 };
/** So much of a window must be on a display for a hand to catch it. */
const REACHABLE = { width: 160, height: 48 };

const windowStateSchema = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(1).max(32_767),
  height: z.int().min(1).max(32_767),
  maximized: z.boolean(),
});
/** Bounds of the window when it is not maximised, in the system's points. */
export type WindowState = z.infer<typeof windowStateSchema>;

export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Where the window opens: where it was if enough of it would lie on a display that is there, else in the middle.
 * @param workAreas of the displays, the main one first
 * @returns without x and y: the system places it in the middle
 */
export function placeWindow(
  saved: WindowState | null,
  workAreas: readonly Area[],
): { width: number; height: number; x?: number; y?: number } {
  const home = saved ? workAreas.find((area) => isReachable(saved, area)) : undefined;
  const fits = home ?? workAreas[0];
  const wanted = saved ?? DEFAULT_SIZE;
  const width = Math.max(MIN_WIDTH, Math.min(wanted.width, fits?.width ?? wanted.width));
  const height = Math.max(MIN_HEIGHT, Math.min(wanted.height, fits?.height ?? wanted.height));
  return saved && home ? { x: saved.x, y: saved.y, width, height } : { width, height };
}

/** The saved state; null the first time and when the file says nothing sensible. */
export function loadWindowState(home: string): WindowState | null {
  try {
    return windowStateSchema.parse(JSON.parse(readFileSync(fileOf(home), 'utf8')));
  } catch {
    // A window in the middle is no loss worth a word.
    return null;
  }
}

/** @throws when the data folder cannot be written */
export function saveWindowState(home: string, state: WindowState): void {
  const fresh = `${fileOf(home)}.new`;
  writeFileSync(fresh, JSON.stringify(state), { mode: 0o600 });
  renameSync(fresh, fileOf(home));
}

/** The upper edge is what a window is moved by. */
function isReachable(window: Area, area: Area): boolean {
  const across = Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x);
  return (
    across >= REACHABLE.width && window.y >= area.y && window.y + REACHABLE.height <= area.y + area.height
  );
}

function fileOf(home: string): string {
  return join(home, 'window.json');
}
