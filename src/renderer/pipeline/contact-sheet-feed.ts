import type { CameraCell } from './stage/messages.ts';
import type { Tracker } from './tracker/tracker.ts';

/** Not every tracked picture is one the stage drew from, so more are offered than there are rows. */
const OFFERS_PER_ROW = 4;
const GRACE_MS = 6000;

/**
 * Hands the stage tracked pictures until its contact sheet is full, which it says by closing the port. The only
 * way a camera picture leaves the tracker, and only when main has asked for the sheet.
 */
export async function sendContactSheetCells(
  tracker: Tracker,
  port: MessagePort,
  rows: number,
  everyMs: number,
): Promise<void> {
  let full = false;
  port.addEventListener('close', () => {
    full = true;
  });
  port.start();
  const deadline = performance.now() + rows * everyMs + GRACE_MS;
  while (!full && performance.now() < deadline) {
    const picture = await tracker.capture();
    if (picture) {
      const cell: CameraCell = picture;
      port.postMessage(cell, [picture.bitmap]);
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs / OFFERS_PER_ROW));
  }
  port.close();
}
