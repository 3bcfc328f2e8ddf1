import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStudio, type Studio } from './studio.ts';

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio();
});
afterAll(() => studio?.close());

test('camera and microphone of our own page are given without a question', async () => {
  const tracks = await studio.page.evaluate(async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ video: true, audio: true });
    const kinds = stream.getTracks().map(({ kind, readyState }) => `${kind} ${readyState}`);
    for (const track of stream.getTracks()) track.stop();
    return kinds.sort();
  });
  expect(tracks).toEqual(['audio live', 'video live']);
});

test('everything else is refused', async () => {
  const refused = await studio.page.evaluate(async () => {
    const tried = async (action: () => Promise<unknown>) => {
      try {
        await action();
        return 'given';
      } catch (error) {
        return error instanceof DOMException ? error.name : String(error);
      }
    };
    return {
      notifications: await Notification.requestPermission(),
      position: await new Promise((resolve) =>
        navigator.geolocation.getCurrentPosition(
          () => resolve('given'),
          () => resolve('refused'),
        ),
      ),
      // Nothing was chosen in the studio's own list.
      screen: await tried(() => navigator.mediaDevices.getDisplayMedia({ video: true })),
    };
  });
  expect(refused).toMatchObject({ notifications: 'denied', position: 'refused' });
  expect(refused.screen).not.toBe('given');
});

test('a frame of another origin gets no camera', async () => {
  const outcome = await studio.page.evaluate(async () => {
    const frame = document.createElement('iframe');
    frame.srcdoc = '<p>frame</p>';
    frame.sandbox.add('allow-scripts');
    // Else the frame is refused before the program is asked.
    frame.allow = 'camera *';
    document.body.append(frame);
    await new Promise((resolve) => setTimeout(resolve, 500));
    return frame.contentDocument === null;
  });
  expect(outcome).toBe(true);
  const frame = studio.page.frames().find((each) => each.parentFrame() !== null);
  expect(frame).toBeDefined();
  const got = await frame!.evaluate(async () => {
    try {
      await navigator.mediaDevices.getUserMedia({ video: true });
      return 'given';
    } catch (error) {
      return error instanceof Error ? error.name : String(error);
    }
  });
  expect(got).toBe('NotAllowedError');
});
