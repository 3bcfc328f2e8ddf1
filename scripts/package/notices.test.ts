import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { collectNotices, noticeFiles, readLock } from './collect.ts';
import { checkLicences, isAllowed, licenceTexts, type Notice } from './notices.ts';
import { checkFresh } from './verify.ts';

const ROOT = join(import.meta.dirname, '../..');

const notice = (name: string, licence: string, text: string | null): Notice => ({
  name,
  version: '1.0.0',
  licence,
  text,
  source: null,
});

describe('licences', () => {
  it('are judged by their expression', () => {
    for (const good of ['MIT', '(MIT OR GPL-3.0)', 'MIT AND ISC', 'OFL-1.1'])
      expect(isAllowed(good), good).toBe(true);
    for (const bad of ['GPL-3.0', 'MIT AND AGPL-3.0', 'UNLICENSED', 'unknown'])
      expect(isAllowed(bad), bad).toBe(false);
    expect(checkLicences([notice('a', 'MIT', ''), notice('b', 'AGPL-3.0', '')]).map((p) => p.detail)).toEqual(
      ['b 1.0.0 is under AGPL-3.0'],
    );
  });

  it('are printed once for packages that share a text', () => {
    const text = licenceTexts([
      notice('b', 'MIT', 'Same.'),
      notice('a', 'MIT', 'Same.\n'),
      notice('c', 'ISC', null),
    ]);
    expect(text.match(/Same\./g)).toHaveLength(1);
    expect(text.indexOf('a 1.0.0')).toBeLessThan(text.indexOf('b 1.0.0'));
    expect(text).toContain('https://spdx.org/licenses/ISC.html');
  });

  it('of everything that is bundled are in the repository and up to date', () => {
    const notices = collectNotices(ROOT, readLock(ROOT));
    expect(notices.map((n) => n.name)).toEqual(
      expect.arrayContaining(['react', 'three', 'better-sqlite3', '@mediapipe/tasks-vision', 'zod']),
    );
    expect(checkLicences(notices)).toEqual([]);
    expect(checkFresh(ROOT, noticeFiles(ROOT, notices))).toEqual([]);
    const stale = new Map([['THIRD-PARTY-NOTICES.md', 'old']]);
    expect(checkFresh(ROOT, stale)).toHaveLength(1);
  });
});
