import { describe, expect, test } from 'vitest';
import { namedPlacement } from '../src/shared/domain/scene.ts';
import { describeReason } from '../src/shared/errors.ts';
import { cutOff, main, open, overflow, page, screen, studio, tabTo } from './ui-stage.ts';

const scene = (id: string) => studio().settings.scenes.find((each) => each.id === id)!;
const saves = () => main.seen.filter((each) => each.command === 'scenes.save').length;
const card = (name: RegExp | string) =>
  page.getByRole('radiogroup', { name: 'Scenes' }).getByRole('radio', { name });
const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfz0AEYBxVSF+FAAhKDveksOjmAAAAAElFTkSuQmCC';

describe('scenes by keyboard alone', () => {
  test('look through without showing, show one, move, rename, duplicate, remove', async () => {
    await open();
    await tabTo(/^Just me/);
    await page.keyboard.press('ArrowRight');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('With my screen');
    expect(main.last('scenes.select')).toBeUndefined();
    await screen('scenes-focus');
    await page.keyboard.press('Enter');
    await expect.poll(() => main.last('scenes.select')).toEqual({ id: 'scene-2' });
    await expect.poll(() => card('With my screen').getAttribute('aria-checked')).toBe('true');

    await page.keyboard.press('Alt+ArrowRight');
    await expect.poll(() => main.last('scenes.order')).toEqual({ ids: ['scene-1', 'scene-3', 'scene-2'] });
    await page.keyboard.press('F2');
    await page.keyboard.type('Slides');
    await page.keyboard.press('Enter');
    await expect.poll(() => scene('scene-2').name).toBe('Slides');
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('radio');
    await page.keyboard.press('F2');
    await page.keyboard.type('Never mind');
    await page.keyboard.press('Escape');
    await card('Slides').waitFor();

    await tabTo(/^Options for Slides$/);
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Duplicate' }).waitFor();
    await screen('scenes-menu');
    await page.getByRole('menuitem', { name: 'Duplicate' }).press('Enter');
    await card('Slides 2').waitFor();
    await card('Slides 2').focus();
    await page.keyboard.press('Delete');
    await page.getByRole('dialog', { name: 'Remove Slides 2?' }).waitFor();
    await screen('dialog-remove-scene');
    await tabTo(/^Remove$/);
    await page.keyboard.press('Enter');
    await card('Slides 2').waitFor({ state: 'detached' });
  });

  test('the last scene stays, and is told why', async () => {
    main.settings({ scenes: studio().settings.scenes.slice(0, 1) });
    await open();
    await tabTo(/^Just me/);
    await page.keyboard.press('Delete');
    await page.getByText(describeReason('scene.last').what).waitFor();
    expect(await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).count()).toBe(0);
  });

  test('shortcuts show scenes by their place, with an announcement', async () => {
    await open();
    await page.keyboard.press('Control+Shift+Digit3');
    await expect.poll(() => main.last('scenes.select')).toEqual({ id: 'scene-3' });
    await page.getByText('Scene Break is shown.').waitFor({ state: 'attached' });
    await page.keyboard.press('Control+Shift+Digit7');
    expect(main.seen.filter((each) => each.command === 'scenes.select').length).toBe(1);
  });
});

describe('what is in a scene', () => {
  test('a new one is named, arranged, and every change is saved at once', async () => {
    await open();
    await page.getByRole('button', { name: 'Add a scene' }).click();
    await page.getByRole('dialog', { name: 'Add a scene' }).waitFor();
    await screen('dialog-new-scene');
    await page.keyboard.type('Talk');
    await page.getByRole('radio', { name: 'With my screen' }).last().click();
    await page.getByRole('button', { name: 'Add scene' }).click();
    const dialog = page.getByRole('dialog', { name: 'Scene: Talk' });
    await dialog.waitFor();
    await screen('dialog-scene');
    await dialog.getByRole('button', { name: 'Show it' }).click();
    await expect.poll(() => studio().settings.sceneId).toBe('scene-4');

    await dialog.getByRole('radio', { name: 'Corner, left' }).click();
    await expect.poll(() => scene('scene-4').avatar.placement).toEqual(namedPlacement('corner-left'));
    await dialog.getByRole('combobox', { name: 'Background' }).selectOption('garden');
    await expect.poll(() => scene('scene-4').background).toBe('garden');
    await dialog.getByRole('radio', { name: 'Fill the picture' }).click();
    await expect.poll(() => scene('scene-4').capture.fit).toBe('cover');
    await dialog.getByRole('button', { name: 'Choose…' }).click();
    await dialog.getByText('Slides — presentation.odp').waitFor();

    main.refuseUpload = 'image.not-an-image';
    const file = { name: 'logo.png', mimeType: 'image/png', buffer: Buffer.from('x') };
    const picker = dialog.locator('input[type=file]');
    await picker.setInputFiles(file);
    await dialog.getByText(describeReason('image.not-an-image').action).waitFor();
    main.refuseUpload = null;
    await picker.setInputFiles(file);
    await expect.poll(() => scene('scene-4').overlay?.imageId).toBe('slide');
    await dialog.getByRole('radio', { name: 'Bottom right' }).click();
    await expect.poll(() => scene('scene-4').overlay?.y).toBeGreaterThan(0.6);
    await dialog.getByRole('slider', { name: 'Opacity' }).fill('0.5');
    await expect.poll(() => scene('scene-4').overlay?.opacity).toBe(0.5);
    await screen('dialog-scene-overlay');
    await dialog.getByRole('button', { name: 'Remove the picture' }).click();
    await expect.poll(() => scene('scene-4').overlay).toBeNull();
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Big talk');
    await page.keyboard.press('Escape');
    await card('Big talk').waitFor();
  });
});

/** Keys one right behind the other: what comes later than a moment of rest is another change. */
const press = (...keys: readonly { key: string; shiftKey?: true }[]): Promise<void> =>
  page.evaluate((all) => {
    for (const key of all) {
      document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { ...key, bubbles: true }));
    }
  }, keys);

describe('the avatar on the programme', () => {
  test('by keys: moves, scales, named places, spoken outcome, undo', async () => {
    await open();
    await tabTo(/^Avatar placement$/, 60);
    await press({ key: 'ArrowRight', shiftKey: true }, { key: 'ArrowRight' }, { key: '-' });
    await screen('placement-keys');
    await expect.poll(() => scene('scene-1').avatar.placement.x).toBeCloseTo(0.62);
    expect(scene('scene-1').avatar.placement).toMatchObject({ name: 'custom' });
    expect(saves()).toBe(1);
    await page.getByText(/Own place: 62 % across/).waitFor({ state: 'attached' });
    await page.keyboard.press('5');
    await expect.poll(() => scene('scene-1').avatar.placement).toEqual(namedPlacement('corner-right'));
    await press({ key: 'ArrowUp' }, { key: 'Escape' });
    await page.getByText('Back where it was.').waitFor({ state: 'attached' });
    expect(await page.evaluate(() => window.pipelineDouble.placement)).toBeNull();
    await page.keyboard.press('Home');
    await expect.poll(() => scene('scene-1').avatar.placement).toEqual(namedPlacement('full'));
  });

  test('by pointer: drag, corner, wheel, double click, Escape in the middle', async () => {
    await open();
    const frame = page.getByTestId('placement');
    const box = (await frame.boundingBox())!;
    const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    await page.mouse.move(middle.x, middle.y);
    await page.mouse.down();
    await page.mouse.move(middle.x + box.width * 0.2, middle.y, { steps: 8 });
    await expect.poll(() => page.evaluate(() => window.pipelineDouble.placement?.x)).toBeCloseTo(0.7, 1);
    expect(saves()).toBe(0);
    await screen('placement-drag');
    await page.mouse.up();
    await expect.poll(() => scene('scene-1').avatar.placement.x).toBeCloseTo(0.7, 1);
    await expect.poll(() => page.evaluate(() => window.pipelineDouble.placement)).toBeNull();

    await page.mouse.down();
    await page.mouse.move(middle.x, middle.y, { steps: 4 });
    await page.keyboard.press('Escape');
    await page.mouse.up();
    expect(saves()).toBe(1);

    const before = scene('scene-1').avatar.placement.scale;
    await page.mouse.wheel(0, 300);
    await expect.poll(() => scene('scene-1').avatar.placement.scale).toBeLessThan(before);
    const small = (await frame.boundingBox())!;
    await page.mouse.move(small.x + 4, small.y + 4);
    await page.mouse.down();
    await page.mouse.move(small.x + 84, small.y + 64, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => scene('scene-1').avatar.placement.scale).toBeLessThan(before * 0.65);
    await frame.dblclick();
    await expect.poll(() => scene('scene-1').avatar.placement).toEqual(namedPlacement('full'));
  });

  test('nothing can be moved while the picture is cut or the scene has no avatar', async () => {
    await open();
    await page.getByTestId('placement').waitFor();
    await page.keyboard.press('Control+Shift+X');
    await page.getByTestId('placement').waitFor({ state: 'detached' });
    await page.keyboard.press('Control+Shift+X');
    await page.getByTestId('placement').waitFor();
    await page.keyboard.press('Control+Shift+Digit3');
    await page.getByTestId('placement').waitFor({ state: 'detached' });
  });
});

describe('capture', () => {
  test("the studio's own list: screens and windows by keys, chosen, then asked for", async () => {
    const source = (id: string, kind: 'screen' | 'window', name: string) => ({
      id,
      kind,
      name,
      thumbnail: PIXEL,
    });
    main.captures = {
      picker: 'own',
      sources: [
        source('screen:0', 'screen', 'Entire screen'),
        source('screen:1', 'screen', 'Second screen'),
        source('window:1', 'window', 'Slides — presentation.odp'),
        source('window:2', 'window', 'A game with quite a long window title that does not fit'),
      ],
    };
    main.settings({ sceneId: 'scene-2' }, 1);
    await open();
    await page
      .getByRole('button', { name: /Choose/ })
      .first()
      .click();
    const dialog = page.getByRole('dialog', { name: 'Choose what to show' });
    await dialog.waitFor();
    await tabTo(/Entire screen/);
    // Held as a hand holds it: a press without any length selects nothing.
    await page.keyboard.press('ArrowDown', { delay: 80 });
    await page.keyboard.press('ArrowDown', { delay: 80 });
    await screen('dialog-capture');
    await page.keyboard.press('Enter');
    await expect.poll(() => main.last('capture.choose')).toEqual({ id: 'window:1' });
    await page.getByText('Slides — presentation.odp').first().waitFor();
  });

  test('a captured window that is closed is told, with choosing again beside it', async () => {
    main.settings({ sceneId: 'scene-2' }, 1);
    await open();
    await page.evaluate(() => {
      const double = window.pipelineDouble;
      double.set({ capture: { ...double.report.capture, state: 'failed', reason: 'capture.ended' } });
    });
    await page.getByText('What you showed was closed').waitFor();
    await screen('capture-ended');
    await page.getByRole('button', { name: 'Choose again' }).first().click();
    await page.getByText('What you showed was closed').waitFor({ state: 'detached' });
  });
});

test('scenes at 200 % zoom: nothing leaves the window sideways', async () => {
  await open({ width: 640, height: 360 }, 2);
  expect((await overflow()).x).toBe(0);
  await page.getByRole('radiogroup', { name: 'Scenes' }).scrollIntoViewIfNeeded();
  await page.getByRole('button', { name: 'Options for Break' }).click();
  await page.getByRole('menuitem', { name: 'Edit…' }).click();
  await page.getByRole('dialog', { name: 'Scene: Break' }).waitFor();
  expect(await cutOff()).toEqual([]);
  await screen('dialog-scene-zoom-200');
});
