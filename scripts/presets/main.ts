import { makeAvatar, makeRenders } from './avatars.ts';
import { makeBackgrounds } from './backgrounds.ts';
import { check, makePerformance, makePerformer } from './steps.ts';

const STEPS: Readonly<Record<string, () => Promise<void>>> = {
  avatar: makeAvatar,
  renders: makeRenders,
  backgrounds: makeBackgrounds,
  performer: makePerformer,
  performance: makePerformance,
  check,
};

const USAGE = `usage: node scripts/presets/main.ts [${Object.keys(STEPS).join('|')}]
Without a step everything but check runs, in order.
`;

const run = async (names: readonly string[]): Promise<number> => {
  const wanted = names.length > 0 ? names : Object.keys(STEPS).filter((n) => n !== 'check');
  for (const name of wanted) {
    const step = STEPS[name];
    if (step === undefined) {
      process.stderr.write(USAGE);
      return 2;
    }
    await step();
  }
  return 0;
};

process.exitCode = await run(process.argv.slice(2));
