import { expect, test } from 'vitest';
import { describeReason } from '../src/shared/errors.ts';
import type { DataSnapshot } from '../src/shared/ipc/data.ts';
import { cutOff, main, open, page, screen, shoot } from './ui-stage.ts';

const dialog = () => page.getByRole('dialog', { name: 'Settings' });

async function openData(part: Partial<DataSnapshot> = {}): Promise<void> {
  main.events.set('data.snapshot', { ...(main.events.get('data.snapshot') as DataSnapshot), ...part });
  await open();
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await page.getByRole('tab', { name: 'Data' }).click();
}

const backup = (day: number): DataSnapshot['backups'][number] => ({
  name: `vida3-202611${day}-210405.db`,
  at: new Date(2026, 10, day, 21, 4, 5).toISOString(),
  bytes: 380_000 + day * 1000,
});

test('everything is exported, its progress shown, cancelled, and found again', async () => {
  await openData({ backups: [backup(20), backup(21)] });
  await screen('data');
  main.change('data.snapshot', { job: { kind: 'export', done: 0, total: 0 } });
  await dialog().getByText('Exporting…').waitFor();
  main.change('data.snapshot', { job: { kind: 'export', done: 45e6, total: 148.3e6 } });
  await dialog().getByText('45 MB of 148 MB').waitFor();
  await shoot('data-exporting');
  await dialog().getByRole('button', { name: 'Cancel' }).press('Enter');
  await expect.poll(() => main.last('data.cancel')).toEqual({});

  main.refuse.set('data.export', 'storage.full');
  await dialog().getByRole('button', { name: 'Export everything' }).press('Enter');
  await dialog().getByText(describeReason('storage.full').what).waitFor();
  main.refuse.clear();
  await dialog().getByRole('button', { name: 'Export everything' }).press('Enter');
  const link = dialog().getByRole('link', { name: 'Download it' });
  expect(await link.getAttribute('href')).toBe('/exports/vida3-2026-11-22.zip');
  expect(await dialog().getByRole('textbox', { name: 'Where it is' }).inputValue()).toContain(
    '/exports/vida3-2026-11-22.zip',
  );
  await screen('data-exported');
  expect(await cutOff()).toEqual([]);
});

test('an archive is brought in: progress, cancel, refusal, result', async () => {
  await openData();
  const file = { name: 'my old studio.zip', mimeType: 'application/zip', buffer: Buffer.from('PK') };
  const picker = 'input[type=file][accept*=zip]';
  await page.setInputFiles(picker, file);
  await dialog().getByText('Importing my old studio.zip…').waitFor();
  await dialog().getByText('30 MB of 120 MB').waitFor();
  await screen('data-importing');
  await dialog().getByRole('button', { name: 'Cancel' }).press('Enter');
  await dialog().getByText(describeReason('data.cancelled').what).waitFor();

  main.refuseUpload = 'data.bad-archive';
  await page.setInputFiles(picker, file);
  await dialog().getByText('my old studio.zip was not imported').waitFor();
  await dialog().getByText(describeReason('data.bad-archive').action).waitFor();
  await shoot('data-import-refused');

  main.refuseUpload = null;
  await page.setInputFiles(picker, file);
  await dialog().getByText('30 MB of 120 MB').waitFor();
  // It goes on while the settings are closed, and what came of it is still there afterwards.
  await page.keyboard.press('Escape');
  main.finishArchive!({ type: 'result', id: 0, result: { added: 12, known: 3, refused: 1 } });
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await page.getByRole('tab', { name: 'Data' }).click();
  const result = dialog().getByRole('status').filter({ hasText: 'Imported: my old studio.zip' });
  expect(await result.getByRole('listitem').allTextContents()).toEqual([
    '12 entries added',
    '3 entries were there already',
    '1 entry could not be read',
  ]);
  await shoot('data-imported');
});

test('a backup is made by hand, and a failed one said where it was asked for', async () => {
  await openData();
  await dialog().getByText('There is no backup yet.').waitFor();
  main.refuse.set('data.backUp', 'storage.backup-failed');
  await dialog().getByRole('button', { name: 'Back up now' }).press('Enter');
  await dialog().getByText(describeReason('storage.backup-failed').action).waitFor();
  main.refuse.clear();
  await dialog().getByRole('button', { name: 'Back up now' }).press('Enter');
  await dialog().getByText('A backup was made.').waitFor();
  await dialog().getByRole('cell', { name: 'vida3-20261122-210405.db' }).waitFor();
});

test('a damaged database that was replaced: what was opened, what is missing, where the old file is', async () => {
  main.events.set('data.snapshot', {
    ...(main.events.get('data.snapshot') as DataSnapshot),
    recovered: {
      setAside: '/home/vida/.local/share/vida3/damaged/vida3-20261122-210405.db',
      from: 'backup',
      backupAt: new Date(2026, 10, 21, 21, 4, 5).toISOString(),
      lost: [
        { table: 'avatars', rows: 2 },
        { table: 'streaming_sessions', rows: null },
      ],
    },
  });
  await open();
  await shoot('data-recovered-banner');
  await page.getByRole('button', { name: 'What was lost' }).press('Enter');
  await dialog().getByText('it is from Nov 21, 2026, 21:04', { exact: false }).waitFor();
  await dialog().getByText('2 rows').waitFor();
  await dialog().getByText('cannot be told').waitFor();
  expect(
    await dialog().getByRole('textbox', { name: 'The damaged file is kept here' }).inputValue(),
  ).toContain('/damaged/');
  await screen('data-recovered');
  await page.keyboard.press('Escape');
  await page.getByRole('status').getByRole('button', { name: 'Dismiss' }).press('Enter');
  await expect.poll(() => page.getByText('Part of your data may be missing').count()).toBe(0);
});

test('a full disk stays in sight, and nothing can be brought in', async () => {
  await openData({ writable: false, problem: 'storage.full' });
  await dialog().getByText(describeReason('storage.full').action).waitFor();
  const button = dialog().getByRole('button', { name: 'Choose an archive…' });
  expect(await button.getAttribute('aria-disabled')).toBe('true');
  await screen('data-full');
  await page.keyboard.press('Escape');
  await page.getByRole('status').filter({ hasText: 'Nothing can be saved' }).waitFor();
  await shoot('data-full-banner');
});
