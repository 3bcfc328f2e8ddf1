import { describe, expect, test } from 'vitest';
import { describeReason } from '../src/shared/errors.ts';
import type { LibrarySnapshot } from '../src/shared/ipc/library.ts';
import { GUEST, IDLE_SYNC, refusedChange, SIGNED_IN } from './ui-account-fixtures.ts';
import { avatar } from './ui-main-state.ts';
import { cutOff, main, open, page, screen, shoot, tabTo } from './ui-stage.ts';

const control = () => page.getByTestId('sync');
const dialog = () => page.getByRole('dialog', { name: 'Settings' });

async function openAccount(account = SIGNED_IN, sync = IDLE_SYNC): Promise<void> {
  main.events.set('account.snapshot', account);
  main.events.set('sync.snapshot', sync);
  await open();
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await page.getByRole('tab', { name: 'Account and sync' }).click();
}

describe('the control in the top bar', () => {
  test('without a cloud it says quietly where the work is, and what would change that', async () => {
    await open();
    expect(await control().textContent()).toBe('Account and sync: On this computer only');
    await control().press('Enter');
    await page.getByText('Your work is kept on this computer.', { exact: false }).waitFor();
    await screen('account-no-cloud');
    await page.getByRole('button', { name: 'Account settings' }).press('Enter');
    await dialog().getByText(describeReason('account.no-cloud').action).waitFor();
    await shoot('account-no-cloud-settings');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toMatch(/only$/);
  });

  test('every state in words, with its count', async () => {
    main.events.set('account.snapshot', SIGNED_IN);
    main.events.set('sync.snapshot', IDLE_SYNC);
    await open();
    const says = (word: string) =>
      expect.poll(() => control().textContent()).toBe(`Account and sync: VLvida.lovelace${word}`);
    await says('Synced');
    await shoot('account-synced');
    main.change('sync.snapshot', { pending: 2 });
    await says('2 waiting');
    main.change('sync.snapshot', { mode: 'syncing', pending: 3 });
    await says('Syncing 3');
    main.change('sync.snapshot', { mode: 'client-too-old', problem: 'sync.client-too-old' });
    await says('Update needed');
    main.change('sync.snapshot', {
      mode: 'offline',
      problem: 'sync.server-failed',
      nextTryAt: new Date(Date.now() + 60_000).toISOString(),
    });
    await says('Offline · 3 waiting');
    await control().press('Enter');
    await page.getByText('3 changes are kept here and sent by themselves.', { exact: false }).waitFor();
    await page.getByText(describeReason('sync.server-failed').action).waitFor();
    await page.getByText(/^Last synced: /).waitFor();
    await screen('account-offline');
    await page.getByRole('button', { name: 'Sync now' }).press('Enter');
    await expect.poll(() => main.last('sync.now')).toEqual({});
    await page.keyboard.press('Escape');
    main.change('sync.snapshot', { mode: 'idle', problem: null, pending: 0, refused: [refusedChange(1)] });
    await says('1 needs a decision');
    await page
      .getByText('Account and sync: 1 needs a decision', { exact: true })
      .waitFor({ state: 'attached' });
    main.change('account.snapshot', { state: 'needs-sign-in' });
    await says('Sign in again');
    expect(await cutOff()).toEqual([]);
  });
});

describe('a guest', () => {
  test('signs in by keyboard; a wrong password is said in place and gone from the page', async () => {
    main.events.set('account.snapshot', GUEST);
    await open();
    await tabTo(/Account and sync: Sign in/);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Sign in', exact: true }).press('Enter');
    await dialog().waitFor();
    await screen('account-guest');
    const password = dialog().getByLabel('Password', { exact: true });
    await dialog().getByLabel('E-mail address').fill('vida');
    await password.press('Enter');
    await dialog().getByText('Write it as name@example.com.').waitFor();
    await dialog().getByText('Type your password.').waitFor();
    await shoot('account-sign-in-errors');

    main.refuse.set('account.signIn', 'account.bad-credentials');
    await dialog().getByLabel('E-mail address').fill('vida@example.com');
    await password.fill('correct horse battery');
    await dialog().getByRole('button', { name: 'Show the password' }).press('Enter');
    await password.press('Enter');
    await dialog().getByText(describeReason('account.bad-credentials').what).waitFor();
    expect(main.last('account.signIn')).toEqual({
      email: 'vida@example.com',
      password: 'correct horse battery',
    });
    expect(await password.inputValue()).toBe('');
    expect(await page.content()).not.toContain('correct horse');
    await shoot('account-wrong-password');

    main.refuse.clear();
    await password.fill('correct horse battery staple');
    await password.press('Enter');
    await dialog().getByRole('group', { name: 'Signed in' }).waitFor();
    expect(await page.content()).not.toContain('correct horse');
    await screen('account-signed-in');
  });

  test('creates an account, confirms the address, has the mail sent again', async () => {
    await openAccount(GUEST);
    await dialog().getByRole('button', { name: 'Create an account' }).press('Enter');
    await dialog().getByLabel('Name').fill('v!');
    await dialog().getByLabel('E-mail address').fill('vida@example.com');
    await dialog().getByLabel('Password', { exact: true }).fill('short');
    await page.keyboard.press('Enter');
    await dialog().getByText('Use 8 to 128 characters.').waitFor();
    await shoot('account-sign-up-errors');
    await dialog().getByLabel('Name').fill('vida.lovelace');
    await dialog().getByLabel('Password', { exact: true }).fill('a long enough one');
    await page.keyboard.press('Enter');
    await dialog().getByText('We have written to vida@example.com.', { exact: false }).waitFor();
    expect(main.last('account.signUp')).toEqual({
      email: 'vida@example.com',
      username: 'vida.lovelace',
      password: 'a long enough one',
    });
    expect(await page.content()).not.toContain('a long enough one');
    expect(await dialog().getByLabel('E-mail address').inputValue()).toBe('vida@example.com');
    await dialog().getByRole('button', { name: 'Send the mail again' }).press('Enter');
    await dialog().getByText('The mail was sent again.').waitFor();
    expect(main.last('account.resend')).toEqual({ email: 'vida@example.com' });
    await screen('account-confirm');
  });

  test('goes through the browser, and back', async () => {
    await openAccount(GUEST);
    await dialog().getByRole('button', { name: 'X', exact: true }).press('Enter');
    await dialog().getByText('Finish signing in with X in your browser').waitFor();
    expect(await dialog().getByRole('textbox', { name: 'Address of the sign-in' }).inputValue()).toContain(
      'provider=twitter',
    );
    expect(await control().textContent()).toBe('Account and sync: Signing in…');
    await screen('account-browser');
    await dialog().getByRole('button', { name: 'Cancel the sign-in' }).press('Enter');
    await expect.poll(() => main.last('account.cancelSignIn')).toEqual({});
    main.change('account.snapshot', { problem: 'account.sign-in-refused' });
    await dialog().getByText(describeReason('account.sign-in-refused').what).waitFor();
  });
});

describe('signed in', () => {
  test("takes the guest's work over, changes the profile", async () => {
    await openAccount({ ...SIGNED_IN, kept: 'memory', guest: { avatars: 2, destinations: 1, sessions: 0 } });
    await dialog().getByText('2 avatars and 1 destination', { exact: false }).waitFor();
    await shoot('account-claim');
    await dialog().getByRole('button', { name: 'Move it into this account' }).press('Enter');
    await dialog().getByText('Moved into this account: 2 avatars and 1 destination.').waitFor();

    const picture = dialog().getByLabel('Address of a picture');
    await picture.fill('http://example.com/a.png');
    await picture.press('Enter');
    await dialog().getByText('Write a whole address that begins with https://.').waitFor();
    expect(main.last('account.profile')).toBeUndefined();
    await picture.fill('https://example.com/a.png');
    await dialog().getByLabel('Name on X').fill('@vida');
    await dialog().getByRole('button', { name: 'Save the profile' }).press('Enter');
    await dialog().getByText('Saved.').waitFor();
    expect(main.last('account.profile')).toEqual({
      twitterHandle: 'vida',
      avatarUrl: 'https://example.com/a.png',
    });
    await screen('account-profile');
  });

  test('refused changes: tried again, kept, discarded after a question; files under way', async () => {
    const file = { name: 'Smaug the terrible', total: 120e6 };
    await openAccount(SIGNED_IN, {
      ...IDLE_SYNC,
      refused: [
        refusedChange(1),
        refusedChange(2, {
          table: 'rtmp_sources',
          name: 'My channel',
          reason: 'sync.invalid-value',
          detail: '23514 rtmp_sources_url_check',
        }),
        refusedChange(3, { name: 'Kit', kind: 'delete', reason: 'sync.not-allowed', detail: null }),
        refusedChange(4, { name: 'An older one', reason: 'sync.taken', kept: true }),
      ],
      unreadable: 3,
      files: [
        { ...file, id: 'a', direction: 'up', sent: 42e6, state: 'running', reason: null },
        { ...file, id: 'b', name: 'Kit', direction: 'down', sent: 0, state: 'waiting', reason: null },
        {
          ...file,
          id: 'c',
          name: 'A huge one',
          direction: 'up',
          sent: 0,
          state: 'failed',
          reason: 'files.too-big',
        },
      ],
    });
    const open = dialog().getByRole('list', { name: 'Refused changes' }).getByRole('listitem');
    expect(await open.count()).toBe(3);
    await open.first().getByText('Limit reached: number of avatars').waitFor();
    await screen('account-refused');
    await dialog().getByRole('button', { name: 'Try again: My channel' }).press('Enter');
    await expect.poll(() => main.last('sync.retry')).toEqual({ opId: refusedChange(2).opId });
    await dialog().getByRole('button', { name: 'Keep on this computer: Kit' }).press('Enter');
    await expect.poll(() => main.last('sync.keepLocal')).toEqual({ opId: refusedChange(3).opId });
    await dialog().getByRole('button', { name: 'Discard…: Smaug the terrible' }).press('Enter');
    await dialog().getByText('Your change is lost', { exact: false }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Cancel');
    expect(main.last('sync.discard')).toBeUndefined();
    await shoot('account-discard');
    await dialog().getByRole('button', { name: 'Discard it: Smaug the terrible' }).press('Enter');
    await expect.poll(() => main.last('sync.discard')).toEqual({ opId: refusedChange(1).opId });
    await expect.poll(() => open.count()).toBe(0);
    // Its buttons are gone, the section is not.
    expect(await page.evaluate(() => document.activeElement?.role)).toBe('tabpanel');
    const kept = dialog().getByRole('list', { name: 'Kept on this computer only' }).getByRole('listitem');
    expect(await kept.count()).toBe(2);
    await dialog().getByText(describeReason('files.too-big').what).scrollIntoViewIfNeeded();
    await screen('account-files');
    await dialog().getByRole('button', { name: 'Try again: A huge one' }).press('Enter');
    await expect.poll(() => main.last('sync.retryFile')).toEqual({ id: 'c' });
    expect(await cutOff()).toEqual([]);
  });

  test('signs out knowing what was not sent; deletes the account by its address only', async () => {
    await openAccount(SIGNED_IN, { ...IDLE_SYNC, pending: 2 });
    await dialog().getByRole('button', { name: 'Delete the account…' }).press('Enter');
    const ask = page.getByRole('dialog', { name: 'Delete this account?' });
    await ask.getByLabel('Type vida@example.com to confirm').fill('ada@example.com');
    await page.keyboard.press('Enter');
    await ask.getByText(describeReason('account.wrong-email').what).waitFor();
    expect(main.last('account.delete')).toBeUndefined();
    await screen('account-delete');
    main.refuse.set('account.delete', 'account.offline');
    await ask.getByLabel('Type vida@example.com to confirm').fill('VIDA@example.com');
    await page.keyboard.press('Enter');
    await ask.getByText(describeReason('account.offline').what).waitFor();
    await page.keyboard.press('Escape');
    await dialog().getByRole('button', { name: 'Sign out…' }).press('Enter');
    const leave = page.getByRole('dialog', { name: 'Sign out?' });
    await leave.getByText('2 changes were not sent yet.', { exact: false }).waitFor();
    await screen('account-sign-out');
    await leave.getByRole('button', { name: 'Sign out' }).press('Enter');
    await dialog().getByRole('button', { name: 'Create an account' }).waitFor();
  });

  test('an expired sign-in says what waits, and goes on where it was', async () => {
    await openAccount({ ...SIGNED_IN, state: 'needs-sign-in' }, { ...IDLE_SYNC, pending: 4 });
    await dialog().getByText(describeReason('account.needs-sign-in').what).waitFor();
    await dialog().getByText('4 changes wait', { exact: false }).waitFor();
    expect(await dialog().getByLabel('E-mail address').inputValue()).toBe('vida@example.com');
    await screen('account-expired');
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
        direction: 'down',
        sent: 40e6,
        total: 100e6,
        state: 'running',
        reason: null,
      },
    ],
  });
  await open();
  await page.getByRole('tab', { name: 'Look' }).click();
  await page.getByRole('radio', { name: /^Fafnir: Fetching 40 %/ }).waitFor();
  await screen('avatar-away');
  main.refuse.set('studio.configure', 'files.not-here');
  await page.getByRole('radio', { name: /^Smaug: In the cloud/ }).click();
  await page.getByText(describeReason('files.not-here').action, { exact: true }).waitFor();
  expect(main.last('studio.configure')).toEqual({ avatarId: 'own-1' });
});
