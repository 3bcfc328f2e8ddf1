import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { runCli } from './support/cli.ts';
import { decodeErrors, pictureCorners } from './support/decode.ts';
import { liveStage } from './support/live-stage.ts';
import { largestGap, probeStream, strictlyIncreasing } from './support/probe.ts';
import { descendantsOf } from './support/processes.ts';
import { missingRtmpServer } from './support/rtmp-server.ts';

/** Top left of the card (stage/card.ts) and of the background that is streamed here. */
const CARD = [29, 35, 54] as const;
const BACKGROUND = [0, 160, 0] as const;
const NEAR = 12;
const RECOVERY_S = 5;

const noServer =
  missingRtmpServer() ?? (process.platform === 'linux' ? null : 'processes are read from /proc');

describe.skipIf(noServer !== null)(`the page is killed while live${noServer ? ` [${noServer}]` : ''}`, () => {
  const stage = liveStage();

  test.each([
    // The card comes after 0.35 s, long before any page is back.
    ['at once', 0, 1, 1.5],
    // One that is there and says nothing is given 2 s before the card comes.
    ['after it hung for a while', 2500, 2, 3],
  ] as const)(
    '%s',
    async (how, hungMs, minCards, maxGapS) => {
      const key = how.replaceAll(' ', '-');
      const run = runCli(
        [
          ...['live', '--to', stage.url(key), '--camera', 'none', '--background', '#00a000'],
          ...['--size', '320x180', '--fps', '15', '--seconds', '14', '--report', stage.file(`${key}.json`)],
        ],
        { VIDA3_MODELS_DIR: undefined },
      );
      await run.until(/: live/);
      await pause(4000);
      const ffmpegs = () => descendantsOf(run.child.pid!).filter(({ args }) => args.includes('flv'));
      const before = ffmpegs().map(({ pid }) => pid);
      expect(before).toHaveLength(1);
      // Chromium writes the whole command line of a renderer into one argument.
      const renderers = descendantsOf(run.child.pid!).filter(({ args }) =>
        /--type=renderer/.test(args.join(' ')),
      );
      expect(renderers.length).toBeGreaterThan(0);
      if (hungMs > 0) {
        for (const { pid } of renderers) process.kill(pid, 'SIGSTOP');
        await pause(hungMs);
      }
      for (const { pid } of renderers) process.kill(pid, 'SIGKILL');
      await pause(4000);
      expect(ffmpegs().map(({ pid }) => pid)).toEqual(before);
      const { code, output } = await run.done;
      expect(code, output).toBe(0);

      expect(stage.report(`${key}.json`)).toMatchObject({
        destinations: [{ state: 'ended', reconnects: 0 }],
        media: { restarts: 0 },
      });
      expect(stage.server.recordings(key)).toHaveLength(1);
      const file = stage.server.recordings(key)[0]!;
      expect(await decodeErrors(file)).toBe('');
      const { videoTimes } = await probeStream(file);
      const corners = await pictureCorners(file);
      expect(corners).toHaveLength(videoTimes.length);
      expect(strictlyIncreasing(videoTimes)).toBe(true);

      const isCard = corners.map((colour) => near(colour, CARD));
      const programme = videoTimes.filter((_, index) => !isCard[index]);
      const cards = videoTimes.length - programme.length;
      expect(cards).toBeGreaterThanOrEqual(minCards);
      // From the last picture before the cards to the first one after them none is frozen for longer than this.
      expect(isCard[0]).toBe(false);
      const around = videoTimes.slice(isCard.indexOf(true) - 1, isCard.lastIndexOf(true) + 2);
      expect(largestGap(around)).toBeLessThan(maxGapS);
      // Every other picture is the programme's, and it has not been away for longer than this.
      expect(corners.every((colour, index) => isCard[index] || near(colour, BACKGROUND))).toBe(true);
      const away = largestGap(programme);
      console.log(`killed ${how}: programme away for ${away.toFixed(2)} s, ${cards} cards`);
      expect(away).toBeLessThanOrEqual(RECOVERY_S);
      expect(programme.at(-1)! - away).toBeGreaterThan(8);
    },
    90_000,
  );
});

function near(a: readonly number[], b: readonly number[]): boolean {
  return a.every((value, i) => Math.abs(value - b[i]!) <= NEAR);
}
