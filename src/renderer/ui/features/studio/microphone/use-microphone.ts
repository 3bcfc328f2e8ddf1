import type { PipelineReport } from '../../../../../shared/domain/report.ts';
import type { Reason } from '../../../../../shared/errors.ts';
import { usePipelineStatus } from '../../../../state/pipeline-status.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';

export interface MicrophoneState {
  /** A device id, `default`, or `none`. */
  readonly choice: string;
  readonly muted: boolean;
  readonly state: PipelineReport['microphone']['state'];
  readonly reason: Reason | null;
  /** There is one, and viewers hear silence all the same. */
  readonly silenced: boolean;
  /** Its level means something. */
  readonly sounding: boolean;
}

export function useMicrophone(): MicrophoneState {
  const choice = useSnapshots((state) => state.studio?.settings.microphone ?? 'none');
  const muted = useSnapshots((state) => state.studio?.muted ?? false);
  const panic = useSnapshots((state) => state.studio?.panic ?? false);
  const state = usePipelineStatus((status) => status.report?.microphone.state ?? 'starting');
  const reason = usePipelineStatus((status) => status.report?.microphone.reason ?? null);
  const silenced = (muted || panic) && choice !== 'none';
  return { choice, muted, state, reason, silenced, sounding: state === 'running' && !silenced };
}
