import { FRAMINGS, recordArms } from './arms.ts';
import { CLIPS } from './clips.ts';
import { recordClip } from './face.ts';
import { trackFixture } from './fixture.ts';

const STEPS: Readonly<Record<string, () => Promise<void>>> = {
  ...Object.fromEntries(CLIPS.map((clip) => [clip.name, () => recordClip(clip)])),
  ...Object.fromEntries(FRAMINGS.map((framing) => [`arms-${framing}`, () => recordArms(framing)])),
  synth_ict: trackFixture,
};

const USAGE = `usage: node scripts/performances/main.ts [${Object.keys(STEPS).join('|')}]
Renders the performances that the solver is measured with and reads them with the landmarkers. Without a name
every step runs.
`;

const run = async (names: readonly string[]): Promise<number> => {
  for (const name of names.length > 0 ? names : Object.keys(STEPS)) {
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
