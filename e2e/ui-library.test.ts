import { describe, expect, test } from 'vitest';
import { describeReason } from '../src/shared/errors.ts';
import type { LibrarySnapshot } from '../src/shared/ipc/library.ts';
import { IDLE_SYNC, SIGNED_IN } from './ui-account-fixtures.ts';
import { avatar } from './ui-main-state.ts';
import { main, open, page, screen, seed, shoot } from './ui-stage.ts';

describe('sources and look', () => {
  test("an avatar file of one's own is refused with its reason, or put on the stage", async () => {
    await open();
    const file = { name: 'half a dragon.vrm', mimeType: 'model/gltf-binary', buffer: Buffer.from('glTF') };
    main.refuseUpload = 'avatar.truncated';
    await page.getByRole('tab', { name: 'Look' }).click();
    const picker = 'input[type=file][accept*=vrm]';
    await page.setInputFiles(picker, file);
    await page.getByText('half a dragon.vrm was not imported').waitFor();
    await page.getByText(describeReason('avatar.truncated').action).waitFor();
    await screen('avatar-refused');
    main.refuseUpload = null;
    await page.setInputFiles(picker, file);
    await expect.poll(() => main.last('studio.configure')).toEqual({ avatarId: 'own-1' });
    await expect
      .poll(() => page.getByRole('radio', { name: 'My dragon' }).getAttribute('aria-checked'))
      .toBe('true');

    // The one that is shown cannot be removed; another one can, and renaming works on both.
    const menu = page.getByRole('button', { name: 'Options for My dragon' });
    await menu.press('Enter');
    await page.getByRole('menuitem', { name: 'Rename…' }).waitFor();
    await screen('avatar-menu');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Rename avatar' }).waitFor();
    await page.keyboard.type('Smaug');
    await screen('avatar-rename');
    await page.keyboard.press('Enter');
    await expect.poll(() => main.last('library.renameAvatar')).toEqual({ id: 'own-1', name: 'Smaug' });
    await page.getByRole('button', { name: 'Options for Smaug' }).press('Enter');
    await page.getByRole('menuitem', { name: 'Remove…' }).press('Enter');
    await page.getByText('It is on the programme now. Choose another avatar first.').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('radio', { name: 'Kit' }).click();
    await page.getByRole('button', { name: 'Options for Smaug' }).press('Enter');
    await page.getByRole('menuitem', { name: 'Remove…' }).press('Enter');
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await expect.poll(() => main.last('library.removeAvatar')).toEqual({ id: 'own-1' });
  });

  test('files dropped on the window are imported by what they are', async () => {
    await open();
    await page.getByRole('tab', { name: 'Look' }).click();
    const drag = (type: string, ...names: string[]) =>
      page.evaluate(
        ([kind, files]) => {
          const dataTransfer = new DataTransfer();
          for (const name of files) dataTransfer.items.add(new File(['x'], name));
          document.body.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }));
        },
        [type, names] as const,
      );
    await drag('dragenter', 'slide.png');
    await page.getByText('Drop to import').waitFor();
    await screen('drop');
    await drag('drop', 'slide.png', 'notes.txt', 'dragon.glb');
    await expect.poll(() => main.last('scenes.save')).toMatchObject({ id: 'scene-1', background: 'slide' });
    await expect.poll(() => main.last('studio.configure')).toEqual({ avatarId: 'own-1' });
    expect(await page.getByTestId('drop-zone').count()).toBe(0);
    await page.getByRole('radio', { name: 'My slide' }).waitFor();

    await page.getByRole('radio', { name: 'Garden' }).click();
    await page.getByRole('button', { name: 'Remove My slide' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await expect.poll(() => main.last('library.removeImage')).toEqual({ id: 'slide' });

    await drag('drop', 'notes.txt');
    await page.getByText('notes.txt was not imported').waitFor();
  });

  test('choices reach main: device, tick, background, colour, mirror, picture', async () => {
    seed('One', 'Two');
    await open();
    await page.getByRole('combobox', { name: 'Camera' }).selectOption('cam-2');
    await expect.poll(() => main.last('studio.configure')).toEqual({ camera: 'cam-2' });
    await page.getByRole('switch', { name: 'Mirror' }).click();
    await expect.poll(() => main.last('studio.configure')).toEqual({ mirror: true });
    await page.getByRole('checkbox', { name: 'Send to Two' }).uncheck();
    await expect.poll(() => main.last('studio.configure')).toEqual({ ticks: { d2: false } });
    await page.getByRole('combobox', { name: 'Camera' }).click();
    await screen('select-open');
    await page.keyboard.press('Escape');

    await page.getByRole('tab', { name: 'Look' }).click();
    await page.getByRole('radio', { name: 'Room' }).click();
    await expect.poll(() => main.last('scenes.save')).toMatchObject({ id: 'scene-1', background: 'room' });
    await page.getByRole('radio', { name: 'Transparent' }).click();
    await expect.poll(() => main.last('scenes.save')).toMatchObject({ background: 'transparent' });
    await page.getByLabel('Choose a plain colour').evaluate((element: HTMLInputElement) => {
      element.value = '#336699';
      element.dispatchEvent(new Event('change', { bubbles: true }));
    });
    await expect.poll(() => main.last('scenes.save')).toMatchObject({ background: '#336699' });
    await page.getByRole('radio', { name: 'Upright, 9:16' }).click();
    await expect
      .poll(() => main.last('studio.configure'))
      .toEqual({ picture: { width: 360, height: 640, fps: 15, bitrateKbps: 1000 } });
  });

  test('a screen is chosen, shown as such, and stopped', async () => {
    await open();
    const row = page.getByRole('region', { name: 'Screen or window' });
    await row.getByRole('button', { name: 'Choose' }).click();
    await row.getByText('Slides — presentation.odp · 1920 × 1080').waitFor();
    await screen('capture-running');
    await row.getByRole('button', { name: 'Stop' }).click();
    await row.getByText('None chosen').waitFor();
  });

  test('the clip light stays on and is said in words', async () => {
    await open();
    await page.evaluate(() => {
      window.pipelineDouble.meter.clipped = true;
    });
    const clip = page.getByText('Clip', { exact: true });
    await expect.poll(() => clip.getAttribute('data-on')).toBe('true');
    await page.getByText('The microphone clips').waitFor();
    await screen('clipping');
    await page.evaluate(() => {
      window.pipelineDouble.meter.clipped = false;
    });
    await expect.poll(() => clip.getAttribute('data-on'), { timeout: 6000 }).toBe('false');
    await expect
      .poll(() => page.getByRole('meter').getAttribute('aria-valuetext'), { timeout: 6000 })
      .toBe('-18 decibels');
  });
});

test('an avatar whose file is in the cloud says so, is fetched when chosen, and shows how far it is', async () => {
  const library = main.events.get('library.snapshot') as LibrarySnapshot;
  const own = avatar('own-1', 'Smaug', 'glb-upload', null);
  main.events.set('library.snapshot', {
    ...library,
    avatars: [
      ...library.avatars,
      { ...own, here: false },
      { ...own, id: 'own-2', name: 'Fafnir', thumbnailUrl: '/assets-double/kit.svg', here: false },
    ],
    ownAvatars: 2,
  });
  main.events.set('account.snapshot', SIGNED_IN);
  main.events.set('sync.snapshot', {
    ...IDLE_SYNC,
    files: [
      {
        id: 'f',
        name: 'Fafnir',
        part: 'model',
        direction: 'down',
        sent: 40e6,
        total: 100e6,
        state: 'running',
        reason: null,
      },
    ],
  });
  seed('My channel');
  await open();
  // What is removed here goes from the cloud, too.
  const cloudToo = page.getByText('from the cloud and from all your other computers', { exact: false });
  await page.getByRole('button', { name: 'Remove My channel' }).click();
  await cloudToo.waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('tab', { name: 'Look' }).click();
  await page.getByRole('button', { name: 'Options for Smaug' }).click();
  await page.getByRole('menuitem', { name: 'Remove…' }).click();
  await cloudToo.waitFor();
  await shoot('account-remove-avatar');
  await page.keyboard.press('Escape');
  await page.getByRole('radio', { name: /^Fafnir: Fetching 40 %/ }).waitFor();
  await screen('avatar-away');
  main.refuse.set('studio.configure', 'files.not-here');
  await page.getByRole('radio', { name: /^Smaug: In the cloud/ }).click();
  await page.getByText(describeReason('files.not-here').action, { exact: true }).waitFor();
  await expect.poll(() => main.last('studio.configure')).toEqual({ avatarId: 'own-1' });
});
