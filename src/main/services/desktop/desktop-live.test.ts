import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Desk } from './desk.ts';
import { settled } from './fake-desktop.ts';
import { onAir, streamState, studioState } from './fixtures.ts';

let desk: Desk;
beforeEach(() => {
  vi.useFakeTimers();
  desk = new Desk();
});
afterEach(() => {
  desk.service.close();
  vi.useRealTimers();
});

describe('going live outside the window', () => {
  test('asks, naming the avatar and everybody who will see it, and then begins', async () => {
    desk.studio = studioState({
      muted: true,
      tracking: { source: 'recorded', performanceUrl: '', clipUrl: '', motionUrl: '' },
    });
    desk.configure({ ticks: { second: true } });
    await desk.click('go-live');
    const [asked] = desk.fake.questions;
    expect(asked?.question).toEqual({
      kind: 'question',
      title: 'Go live now?',
      text: [
        '“Vida” will be seen at:',
        '• Main',
        '• Second',
        '',
        'A recorded performance drives the avatar, not your camera.',
        'Viewers hear silence: the microphone is off or muted.',
      ].join('\n'),
      buttons: ['Go live', 'Cancel'],
      cancel: 1,
      remember: 'Do not ask again',
    });
    expect(desk.started).toEqual([]);
    await asked!.answer(0);
    expect(desk.started).toEqual([['main', 'second']]);
    expect(desk.studio.settings.skipConfirm).toBe(false);
  });

  test('no is no, and nothing is remembered', async () => {
    await desk.click('go-live');
    await desk.fake.questions[0]!.answer(1, true);
    expect([desk.started, desk.studio.settings.skipConfirm]).toEqual([[], false]);
    await desk.click('go-live');
    expect(desk.fake.questions).toHaveLength(2);
  });

  test('a remembered yes asks never again, here and in the window', async () => {
    await desk.click('go-live');
    await desk.fake.questions[0]!.answer(0, true);
    expect(desk.studio.settings.skipConfirm).toBe(true);
    desk.goOnAir(streamState());
    await desk.click('go-live');
    expect(desk.fake.questions).toHaveLength(1);
    expect(desk.started).toEqual([['main'], ['main']]);
  });

  test('rapid clicks and keys open one question and begin once', async () => {
    for (let time = 0; time < 5; time++) desk.fake.click('go-live');
    desk.fake.press('Mod+Shift+L');
    await settled();
    expect(desk.fake.questions).toHaveLength(1);
    await desk.fake.questions[0]!.answer(0);
    desk.fake.click('go-live');
    desk.fake.click('go-live');
    await settled();
    expect([desk.fake.questions.length, desk.started.length]).toEqual([1, 1]);
  });

  test('rapid clicks without a question begin once too', async () => {
    desk.configure({ skipConfirm: true });
    for (let time = 0; time < 5; time++) desk.fake.click('go-live');
    await settled();
    expect(desk.started).toHaveLength(1);
  });

  test('when the window was quicker, the answer comes too late', async () => {
    await desk.click('go-live');
    desk.goOnAir(onAir({ Main: 'live' }));
    await desk.fake.questions[0]!.answer(0);
    expect(desk.started).toEqual([]);
  });

  test('exactly those that were named are gone live to', async () => {
    await desk.click('go-live');
    desk.configure({ ticks: { second: true } });
    await desk.fake.questions[0]!.answer(0);
    expect(desk.started).toEqual([['main']]);
  });

  test('a rehearsal is no reason against it', async () => {
    desk.stream = { ...onAir({ Sink: 'live' }), kind: 'rehearsal' };
    await desk.click('go-live');
    await desk.fake.questions[0]!.answer(0);
    expect(desk.started).toHaveLength(1);
  });

  test('what is missing is said with a way into the studio', async () => {
    desk.ready = false;
    desk.fake.press('Mod+Shift+L');
    await settled();
    expect(desk.fake.questions[0]?.question).toMatchObject({
      kind: 'warning',
      title: 'The studio cannot go live yet',
      text: 'Wait until the studio shows the avatar.',
      buttons: ['Open studio', 'Close'],
    });
    await desk.fake.questions[0]!.answer(0);
    expect([desk.fake.windows, desk.started.length]).toEqual([1, 0]);
  });

  test('a failure says what happened and what to do', async () => {
    desk.configure({ skipConfirm: true });
    desk.fail.start = 'secrets.unreadable';
    await desk.click('go-live');
    expect(desk.fake.questions[0]?.question).toMatchObject({
      kind: 'warning',
      text: 'A saved stream key cannot be read on this machine any more.\nEnter the stream key again.',
      remember: null,
    });
    await desk.fake.questions[0]!.answer(1);
    expect(desk.fake.windows).toBe(0);
    desk.fail = {};
    await desk.click('go-live');
    expect(desk.started).toHaveLength(1);
  });
});

describe('stopping', () => {
  beforeEach(() => desk.goOnAir(onAir({ Main: 'live' })));

  test('asks every time', async () => {
    desk.configure({ skipConfirm: true });
    await desk.click('stop');
    expect(desk.fake.questions[0]?.question).toMatchObject({ title: 'Stop streaming?', remember: null });
    await desk.fake.questions[0]!.answer(1);
    expect(desk.stops).toBe(0);
    desk.fake.press('Mod+Shift+L');
    await settled();
    await desk.fake.questions[1]!.answer(0);
    expect([desk.stops, desk.started.length]).toEqual([1, 0]);
  });

  test('an answer about a broadcast that has ended stops no other', async () => {
    await desk.click('stop');
    desk.stream = { ...onAir({ Main: 'live' }), sessionId: 'session-2' };
    await desk.fake.questions[0]!.answer(0);
    expect(desk.stops).toBe(0);
  });

  test('behind another question it is asked in the window', async () => {
    desk.service.pageIsThere();
    desk.goOnAir(streamState());
    await desk.click('go-live');
    desk.goOnAir(onAir({ Main: 'live' }));
    await desk.click('stop');
    expect([desk.fake.windows, desk.wishes, desk.stops]).toEqual([1, ['confirm-stop'], 0]);
    await desk.fake.questions[0]!.answer(1);
    void desk.fake.wantsQuit();
    desk.fake.press('Mod+Shift+L');
    await settled();
    expect([desk.fake.windows, desk.wishes.length, desk.fake.questions.length]).toEqual([2, 2, 2]);
    await desk.fake.questions[1]!.answer(1);
    await desk.click('stop');
    expect(desk.fake.questions).toHaveLength(3);
  });

  test('a click of a menu that is older than the state does nothing', async () => {
    await desk.click('go-live');
    desk.goOnAir(streamState());
    await desk.click('stop');
    expect([desk.fake.questions, desk.started, desk.stops]).toEqual([[], [], 0]);
  });
});

describe('quitting', () => {
  test('is free when nobody watches', async () => {
    expect(await desk.fake.wantsQuit()).toBe(true);
    desk.goOnAir({ ...onAir({ Sink: 'live' }), kind: 'rehearsal' });
    expect(await desk.fake.wantsQuit()).toBe(true);
    desk.goOnAir({ ...onAir({ Main: 'stopping' }), phase: 'stopping' });
    expect(await desk.fake.wantsQuit()).toBe(true);
    await desk.click('quit');
    expect([desk.fake.quits, desk.fake.questions]).toEqual([1, []]);
  });

  test.each([
    [{ Main: 'live' }, 'You are live to 1 destination. Stop and quit?'],
    [
      { Main: 'live', Second: 'reconnecting', Third: 'failed' },
      'You are live to 2 destinations. Stop and quit?',
    ],
  ] as const)('while live asks once, however often it is wanted', async (states, text) => {
    desk.goOnAir(onAir(states));
    const answers = [desk.fake.wantsQuit(), desk.fake.wantsQuit()];
    expect(desk.fake.questions).toHaveLength(1);
    expect(desk.fake.questions[0]?.question.text).toBe(text);
    await desk.click('go-live');
    expect(desk.fake.questions).toHaveLength(1);
    await desk.fake.questions[0]!.answer(1);
    expect(await Promise.all(answers)).toEqual([false, false]);
    const again = [desk.fake.wantsQuit(), desk.fake.wantsQuit()];
    await desk.fake.questions[1]!.answer(0);
    expect(await Promise.all(again)).toEqual([true, true]);
    // The main entry stops in order; nothing is stopped here.
    expect(desk.stops).toBe(0);
  });

  test('asks whatever else is asked: nobody is locked in', async () => {
    desk.goOnAir(onAir({ Main: 'live' }));
    await desk.click('stop');
    const answer = desk.fake.wantsQuit();
    expect(desk.fake.questions.map(({ question }) => question.title)).toEqual([
      'Stop streaming?',
      'Stop and quit?',
    ]);
    await desk.fake.questions[1]!.answer(0);
    expect(await answer).toBe(true);
  });

  test('says what is going on', () => {
    desk.goOnAir({ ...onAir({ Main: 'connecting' }), phase: 'starting' });
    void desk.fake.wantsQuit();
    expect(desk.fake.questions[0]?.question.text).toBe('You are going live to 1 destination. Stop and quit?');
  });

  test('a question that cannot be asked keeps the program, and the next one is asked', async () => {
    desk.goOnAir(onAir({ Main: 'live' }));
    const ask = vi.spyOn(desk.fake, 'ask').mockRejectedValueOnce(new Error('no display'));
    expect(await desk.fake.wantsQuit()).toBe(false);
    void desk.fake.wantsQuit();
    expect(ask).toHaveBeenCalledTimes(2);
  });
});
