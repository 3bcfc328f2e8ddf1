import { describe, expect, test } from 'vitest';
import { turnedPicture } from '../src/shared/domain/studio.ts';
import type { LibrarySnapshot } from '../src/shared/ipc/library.ts';
import { avatar } from './ui-main-state.ts';
import { cutOff, main, open, overflow, page, publishLive, screen, seed } from './ui-stage.ts';

/* Every size the studio is made for, and every state that changes its shape: looked at, and checked with axe. */

const SIZES = [
  { width: 1280, height: 720 },
  { width: 1366, height: 768 },
  { width: 1920, height: 1080 },
  { width: 2560, height: 1440 },
] as const;

/** A library as somebody has it after a while. */
function fillLibrary(): void {
  const library = main.events.get('library.snapshot') as LibrarySnapshot;
  main.events.set('library.snapshot', {
    ...library,
    avatars: [
      ...library.avatars,
      avatar('own-1', 'Dragon of the very long name', 'glb-upload', '/assets-double/kit.svg'),
      avatar('own-2', 'New one', 'glb-upload', null),
    ],
    images: [{ id: 'slide', name: 'My slide', url: '/assets-double/slide.svg' }],
  });
}

function live(): void {
  publishLive({ destinations: ['d1', 'd2'].map((id) => main.status(id, 'live')) });
}

describe('sizes', () => {
  test.each(SIZES)('idle and live at $width × $height', async (size) => {
    const name = `${size.width}`;
    seed('Twitch', 'YouTube');
    fillLibrary();
    await open(size);
    expect(await overflow()).toEqual({ x: 0, y: 0 });
    expect(await cutOff()).toEqual([]);
    await screen(`idle-${name}`);
    const look = page.getByRole('tab', { name: 'Look' });
    if (await look.isVisible()) {
      await look.click();
      await screen(`look-${name}`);
    }
    live();
    await expect.poll(() => page.getByTestId('phase').textContent()).toBe('LIVE');
    expect(await overflow()).toEqual({ x: 0, y: 0 });
    await screen(`live-${name}`);
  });

  test.each(SIZES)('upright at $width × $height', async (size) => {
    seed('Twitch', 'YouTube');
    await open(size);
    main.settings({ picture: turnedPicture({ width: 1280, height: 720, fps: 30, bitrateKbps: 3000 }) });
    await expect
      .poll(() =>
        page.getByTestId('programme').evaluate((element) => element.clientHeight > element.clientWidth),
      )
      .toBe(true);
    expect(await overflow()).toEqual({ x: 0, y: 0 });
    expect(await cutOff()).toEqual([]);
    await screen(`upright-${size.width}`);
  });
});
