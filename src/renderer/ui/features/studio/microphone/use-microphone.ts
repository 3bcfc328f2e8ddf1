import type { PipelineReport } from '../../../../../shared/domain/report.ts';
import type { Reason } from '../../../../../shared/errors.ts';
import { usePipelineStatus } from '../../../../state/pipeline-status.ts';
import { secondPlays } from '../../../../state/second-sound.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { useTalking } from '../../../../state/talking.ts';

export type MicrophoneWord =
  | PipelineReport['microphone']['state']
  | 'muted'
  | 'waiting'
  | 'offSecond'
  | 'mutedSecond';

export interface MicrophoneState {
  /** A device id, `default`, or `none`. */
  readonly choice: string;
  readonly muted: boolean;
  readonly state: PipelineReport['microphone']['state'];
  readonly reason: Reason | null;
  /** There is one, and viewers do not hear it. */
  readonly silenced: boolean;
  /** It is heard only while the key is held, and it is not held. */
  readonly waiting: boolean;
  /** How it is, in one of the locale's words. */
  readonly word: MicrophoneWord;
  /** Its level means something. */
  readonly sounding: boolean;
}

/** Viewers hear a sound beside the microphone. */
export function useSecondPlays(): boolean {
  const studio = useSnapshots((state) => state.studio);
  return usePipelineStatus(({ report }) => secondPlays(studio, report));
}

export function useMicrophone(): MicrophoneState {
  const choice = useSnapshots((state) => state.studio?.settings.microphone ?? 'none');
  const muted = useSnapshots((state) => state.studio?.muted ?? false);
  const panic = useSnapshots((state) => state.studio?.panic ?? false);
  const state = usePipelineStatus((status) => status.report?.microphone.state ?? 'starting');
  const reason = usePipelineStatus((status) => status.report?.microphone.reason ?? null);
  const silenced = (muted || panic) && choice !== 'none';
  const pushToTalk = useSnapshots((snapshots) => snapshots.studio?.settings.audio.pushToTalk ?? false);
  const talking = useTalking((each) => each.talking);
  const waiting = pushToTalk && !talking && !silenced && choice !== 'none';
  const word = wordOf(silenced ? 'muted' : waiting ? 'waiting' : state, useSecondPlays());
  const sounding = state === 'running' && !silenced;
  return { choice, muted, state, reason, silenced, waiting, word, sounding };
}

function wordOf(word: MicrophoneWord, second: boolean): MicrophoneWord {
  if (!second) return word;
  return word === 'off' ? 'offSecond' : word === 'muted' ? 'mutedSecond' : word;
}
