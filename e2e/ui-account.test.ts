import { describe, expect, test } from 'vitest';
import { describeReason } from '../src/shared/errors.ts';
import type { AccountSnapshot } from '../src/shared/ipc/account.ts';
import type { SyncSnapshot } from '../src/shared/ipc/sync.ts';
import { GUEST, IDLE_SYNC, refusedChange, SIGNED_IN, USER } from './ui-account-fixtures.ts';
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
    main.change('sync.snapshot', { refused: [refusedChange(1, { kept: true })] });
    await says('Synced · 1 kept here');
    main.change('sync.snapshot', { refused: [], pending: 2 });
    await says('2 waiting');
    main.change('sync.snapshot', { mode: 'syncing', pending: 3 });
    await says('Syncing 3');
    main.change('sync.snapshot', { mode: 'client-too-old', problem: 'sync.client-too-old' });
    await says('Update needed');
    main.change('sync.snapshot', {
      mode: 'offline',
      problem: 'sync.server-failed',
      nextTryAt: new Date(Date.now() + 20_000).toISOString(),
    });
    await says('No connection · 3 waiting');
    await control().press('Enter');
    await page.getByText('3 changes are kept here and sent by themselves.', { exact: false }).waitFor();
    await page.getByText(describeReason('sync.server-failed').action).waitFor();
    await page.getByText(/^Last synced: /).waitFor();
    await page.getByText('Next try: in a few seconds').waitFor();
    await page.getByRole('button', { name: 'Sync now' }).press('Enter');
    await page.getByRole('button', { name: 'Syncing…' }).waitFor();
    await expect.poll(() => main.last('sync.now')).toEqual({});
    main.change('sync.snapshot', { mode: 'offline' });
    const details = page.getByRole('dialog', { name: 'Account and sync' });
    await details.getByText(`Tried just now: ${describeReason('sync.server-failed').what}`).waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Sync now');
    await screen('account-offline');
    await page.keyboard.press('Escape');
    main.change('sync.snapshot', { mode: 'idle', problem: null, pending: 0, refused: [refusedChange(1)] });
    await says('1 needs a decision');
    await page
      .getByText('Account and sync: 1 needs a decision', { exact: true })
      .waitFor({ state: 'attached' });
    await control().press('Enter');
    const buttons = details.getByRole('button');
    expect(
      new Set(await buttons.evaluateAll((all) => all.map((each) => each.getBoundingClientRect().top))).size,
    ).toBe(1);
    expect(await buttons.allTextContents()).toEqual(['Decide', 'Sync now', 'Account settings']);
    await shoot('account-decide');
    await page.keyboard.press('Escape');
    main.change('account.snapshot', { state: 'needs-sign-in' });
    await says('Sign in again');
    // No initials that another name would change.
    main.change('account.snapshot', { state: 'signing-in', user: { ...USER, username: null } });
    await expect.poll(() => control().textContent()).toBe('Account and sync: vida@example.comSigning in…');
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
    await expect
      .poll(() => main.last('account.signIn'))
      .toEqual({
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

  test('goes through the browser and back; creates an account, has the mail sent again', async () => {
    await openAccount(GUEST);
    await dialog().getByRole('button', { name: 'X', exact: true }).press('Enter');
    await dialog().getByText('Finish signing in with X in your browser').waitFor();
    expect(await dialog().getByRole('textbox', { name: 'Address of the sign-in' }).inputValue()).toContain(
      'provider=twitter',
    );
    expect(await control().textContent()).toBe('Account and sync: Signing in…');
    await screen('account-browser');
    const { browser } = main.events.get('account.snapshot') as AccountSnapshot;
    main.change('account.snapshot', { browser: { ...browser, opened: false } });
    await dialog().getByText('No browser could be opened.', { exact: false }).waitFor();
    await shoot('account-no-browser');
    await dialog().getByRole('button', { name: 'Cancel the sign-in' }).press('Enter');
    await expect.poll(() => main.last('account.cancelSignIn')).toEqual({});
    main.change('account.snapshot', { problem: 'account.sign-in-refused' });
    await dialog().getByText(describeReason('account.sign-in-refused').what).waitFor();
    main.change('account.snapshot', { problem: null });

    await dialog().getByRole('button', { name: 'Create an account' }).press('Enter');
    await dialog().getByLabel('Name').fill('v!');
    await dialog().getByLabel('E-mail address').fill('vida@example.com');
    await dialog().getByLabel('Password', { exact: true }).fill('short');
    await page.keyboard.press('Enter');
    await dialog().getByText('Use 8 to 128 characters.').waitFor();
    await shoot('account-sign-up-errors');
    main.refuse.set('account.signUp', 'account.username-taken');
    await dialog().getByLabel('Name').fill('vida');
    await dialog().getByLabel('Password', { exact: true }).fill('a long enough one');
    await page.keyboard.press('Enter');
    await dialog().getByText(describeReason('account.username-taken').what, { exact: false }).waitFor();
    expect(await dialog().getByRole('alert').count()).toBe(0);
    main.refuse.clear();
    // The field of the name has the focus.
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('vida.lovelace');
    await dialog().getByLabel('Password', { exact: true }).fill('a long enough one');
    await dialog().getByLabel('Password', { exact: true }).press('Enter');
    await dialog().getByText('We have written to vida@example.com.', { exact: false }).waitFor();
    await expect
      .poll(() => main.last('account.signUp'))
      .toEqual({
        email: 'vida@example.com',
        username: 'vida.lovelace',
        password: 'a long enough one',
      });
    expect(await page.content()).not.toContain('a long enough one');
    expect(await dialog().getByLabel('E-mail address').inputValue()).toBe('vida@example.com');
    const again = dialog().getByRole('button', { name: 'Send the mail again' });
    await again.press('Enter');
    await dialog()
      .getByText(/it can be sent again in \d+ s/)
      .waitFor();
    expect(main.last('account.resend')).toBeUndefined();
    await screen('account-confirm');

    // What came of one try goes when another is made.
    main.change('account.snapshot', { confirm: { email: 'ada@example.com' } });
    await dialog().getByText('We have written to ada@example.com.', { exact: false }).waitFor();
    main.refuse.set('account.resend', 'account.rate-limited');
    main.refuse.set('account.signIn', 'account.unconfirmed');
    await again.press('Enter');
    await dialog().getByText(describeReason('account.rate-limited').what).waitFor();
    await dialog().getByLabel('Password', { exact: true }).fill('a long enough one');
    await page.keyboard.press('Enter');
    await dialog().getByText(describeReason('account.unconfirmed').what).waitFor();
    expect(await dialog().getByRole('alert').count()).toBe(1);
    main.refuse.clear();
    await again.press('Enter');
    await dialog().getByText('The mail was sent again.').waitFor();
    expect(await dialog().getByRole('alert').count()).toBe(0);
    await expect.poll(() => main.last('account.resend')).toEqual({ email: 'ada@example.com' });
    expect(await again.getAttribute('aria-disabled')).toBe('true');
    await shoot('account-resent');
  });
});

describe('signed in', () => {
  test("takes the guest's work over, changes the profile", async () => {
    const list = '2 avatars, 3 pictures, 1 sound, and 1 destination';
    await openAccount({
      ...SIGNED_IN,
      kept: 'memory',
      guest: { avatars: 2, images: 3, sounds: 1, destinations: 1, sessions: 0 },
    });
    await dialog().getByText(list, { exact: false }).waitFor();
    await shoot('account-claim');
    await dialog().getByRole('button', { name: 'Move it into this account' }).press('Enter');
    await dialog().getByText(`Moved into this account: ${list}.`).waitFor();

    const picture = dialog().getByLabel('Address of a picture');
    await picture.fill('http://example.com/a.png');
    await picture.press('Enter');
    await dialog().getByText('Write a whole address that begins with https://.').waitFor();
    expect(main.last('account.profile')).toBeUndefined();
    await picture.fill('https://example.com/a.png');
    await dialog().getByLabel('Name on X').fill('@vida');
    await dialog().getByRole('button', { name: 'Save the profile' }).press('Enter');
    await dialog().getByText('Saved.').waitFor();
    await expect
      .poll(() => main.last('account.profile'))
      .toEqual({
        twitterHandle: 'vida',
        avatarUrl: 'https://example.com/a.png',
      });
    await screen('account-profile');

    main.refuse.set('account.profile', 'account.username-taken');
    const name = dialog().getByLabel('Name', { exact: true });
    const save = dialog().getByRole('button', { name: 'Save the profile' });
    await name.fill('ada');
    await save.press('Enter');
    await dialog().getByText(describeReason('account.username-taken').what, { exact: false }).waitFor();
    expect(await name.getAttribute('aria-invalid')).toBe('true');
    expect(await name.evaluate((element) => element === document.activeElement)).toBe(true);
    await shoot('account-name-taken');
    main.refuse.set('account.profile', 'account.offline');
    await save.press('Enter');
    await dialog().getByText(describeReason('account.offline').what).waitFor();
    expect(
      await save.evaluate((element) => {
        const box = element.getBoundingClientRect();
        return element.contains(document.elementFromPoint(box.left + 4, box.top + 4));
      }),
    ).toBe(true);
  });

  test('refused changes: tried again, kept, discarded after a question; files; a notice over it all', async () => {
    const model = { name: 'Smaug the terrible', part: 'model', total: 120e6, sent: 0, reason: null } as const;
    await openAccount(SIGNED_IN, {
      ...IDLE_SYNC,
      refused: [
        refusedChange(1, { isNew: true, reason: 'sync.suspended', detail: 'suspended' }),
        refusedChange(2, {
          table: 'rtmp_sources',
          name: 'My channel',
          reason: 'sync.invalid-value',
          detail: '23514 rtmp_sources_url_check',
        }),
        refusedChange(3, { name: 'Kit', kind: 'delete', reason: 'sync.not-allowed', detail: null }),
        refusedChange(4, { name: 'An older one', reason: 'sync.plan-limit', kept: true }),
      ],
      unreadable: 3,
      files: [
        { ...model, id: 'a', direction: 'up', sent: 42e6, state: 'running' },
        { ...model, id: 'b', part: 'thumbnail', total: 40e3, direction: 'up', state: 'waiting' },
        { ...model, id: 'c', name: 'A huge one', direction: 'up', state: 'failed', reason: 'files.too-big' },
      ],
    });
    const open = dialog().getByRole('list', { name: 'Refused changes' }).getByRole('listitem');
    const kept = dialog().getByRole('list', { name: 'Kept on this computer only' }).getByRole('listitem');
    expect(await open.count()).toBe(3);
    await kept.first().getByText('Limit reached: number of avatars').waitFor();
    await open
      .first()
      .getByText(/^Avatar, added /)
      .waitFor();
    expect(await dialog().getByText('The server says', { exact: false }).count()).toBe(1);
    await screen('account-refused');

    // Sent again: busy where it stands, refused once more, said there.
    const retry = dialog().getByRole('button', { name: 'Try again: My channel' });
    const again = refusedChange(9, { table: 'rtmp_sources', name: 'My channel', reason: 'sync.taken' });
    const listed = () => (main.events.get('sync.snapshot') as SyncSnapshot).refused;
    const focused = () =>
      page.evaluate(() => document.activeElement?.ariaLabel ?? document.activeElement?.role);
    await retry.press('Enter');
    await dialog().getByRole('button', { name: 'Trying…: My channel' }).waitFor();
    await expect.poll(() => main.last('sync.retry')).toEqual({ opId: refusedChange(2).opId });
    expect(await open.count()).toBe(3);
    await shoot('account-trying');
    main.change('sync.snapshot', { mode: 'idle', refused: [listed()[0], again, ...listed().slice(1)] });
    await open
      .nth(1)
      .getByText(`Tried just now: ${describeReason('sync.taken').what}`)
      .waitFor();
    expect(await focused()).toBe('Try again: My channel');
    // Without a connection it waits, and then it is taken.
    await retry.press('Enter');
    await expect.poll(() => main.last('sync.retry')).toEqual({ opId: again.opId });
    main.change('sync.snapshot', { mode: 'offline', problem: 'sync.offline' });
    await open
      .nth(1)
      .getByText(`Tried just now: ${describeReason('sync.offline').what}`)
      .waitFor();
    main.change('sync.snapshot', { mode: 'idle', problem: null });
    await open.nth(1).getByText('Tried just now: The cloud has taken it.').waitFor();
    expect(await focused()).toBe('Hide: My channel');
    await shoot('account-tried');
    await page.keyboard.press('Enter');
    await expect.poll(() => open.count()).toBe(2);

    await dialog().getByRole('button', { name: 'Keep on this computer: Kit' }).press('Enter');
    await expect.poll(() => main.last('sync.keepLocal')).toEqual({ opId: refusedChange(3).opId });
    await dialog().getByRole('button', { name: 'Discard…: Smaug the terrible' }).press('Enter');
    await dialog().getByText('The cloud does not have it.', { exact: false }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Cancel');
    expect(main.last('sync.discard')).toBeUndefined();
    await shoot('account-discard');
    await dialog().getByRole('button', { name: 'Discard it: Smaug the terrible' }).press('Enter');
    await expect.poll(() => main.last('sync.discard')).toEqual({ opId: refusedChange(1).opId });
    await expect.poll(() => open.count()).toBe(0);
    // Its buttons are gone, the section is not.
    expect(await page.evaluate(() => document.activeElement?.role)).toBe('tabpanel');
    expect(await kept.count()).toBe(2);
    // One that was kept and is refused again is in the other list, and so is the focus.
    await dialog().getByRole('button', { name: 'Try again: An older one' }).press('Enter');
    await dialog().getByRole('button', { name: 'Trying…: An older one' }).waitFor();
    main.change('sync.snapshot', {
      mode: 'idle',
      refused: [...listed(), refusedChange(10, { name: 'An older one' })],
    });
    await open
      .first()
      .getByText(`Tried just now: ${describeReason('sync.plan-limit').what}`)
      .waitFor();
    expect(await focused()).toBe('Try again: An older one');

    const files = (name: string) => dialog().getByRole('list', { name }).getByRole('listitem');
    await files('Files under way').nth(1).getByText('Smaug the terrible · picture').waitFor();
    expect(await files('Files under way').count()).toBe(2);
    await files('Files that did not get through').getByText('A huge one').scrollIntoViewIfNeeded();
    await screen('account-files');
    // A notice leaves the title free, and the first Escape to the dialog.
    main.refuse.set('sync.retryFile', 'storage.full');
    await dialog().getByRole('button', { name: 'Try again: A huge one' }).press('Enter');
    await expect.poll(() => main.last('sync.retryFile')).toEqual({ id: 'c' });
    const notice = page.getByRole('region', { name: /^Notices/ }).getByRole('listitem');
    await notice.waitFor();
    await shoot('account-notice');
    const heading = await dialog().getByRole('heading', { name: 'Settings' }).boundingBox();
    expect((await notice.boundingBox())!.y).toBeGreaterThan(heading!.y + heading!.height);
    expect(await cutOff()).toEqual([]);
    await page.keyboard.press('Escape');
    await expect.poll(() => dialog().count()).toBe(0);
    expect(await notice.count()).toBe(1);
    await notice.getByRole('button', { name: 'Dismiss' }).press('Enter');
    await expect.poll(() => notice.count()).toBe(0);
  });

  test('expired, it says what waits; signs out knowing that; is deleted by its address only', async () => {
    await openAccount(
      { ...SIGNED_IN, state: 'needs-sign-in', problem: 'account.needs-sign-in' },
      { ...IDLE_SYNC, pending: 4 },
    );
    await dialog().getByText('4 changes wait', { exact: false }).waitFor();
    expect(await dialog().getByText(describeReason('account.needs-sign-in').what).count()).toBe(1);
    expect(await dialog().getByLabel('E-mail address').inputValue()).toBe('vida@example.com');
    await screen('account-expired');
    main.publish('account.snapshot', SIGNED_IN);
    main.change('sync.snapshot', { pending: 2 });
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
});
