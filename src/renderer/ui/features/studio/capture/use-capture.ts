import { useCallback } from 'react';
import type { PipelineReport } from '../../../../../shared/domain/report.ts';
import { captureList } from '../../../../../shared/ipc/desktop.ts';
import { openDialog } from '../../../../state/dialogs.ts';
import { usePipelineStatus } from '../../../../state/pipeline-status.ts';
import { useStudio } from '../../../studio-context.ts';
import { useCommand } from '../../../use-command.ts';

const OFF: PipelineReport['capture'] = { state: 'off', reason: null, label: '', width: 0, height: 0, fps: 0 };

export interface Capture {
  readonly report: PipelineReport['capture'];
  /** Lets the user choose what is captured; call it in the click itself. */
  choose(): void;
  stop(): void;
}

/** The captured screen or window: how it stands, choosing another, ending it. */
export function useCapture(): Capture {
  const { pipeline } = useStudio();
  const run = useCommand();
  const report = usePipelineStatus((status) => status.report?.capture ?? OFF);
  const choose = useCallback(() => {
    void run(captureList, {}).then((list) => {
      if (list?.picker === 'system') void pipeline.chooseCapture();
      else if (list) openDialog({ kind: 'capture' });
    });
  }, [run, pipeline]);
  const stop = useCallback(() => pipeline.stopCapture(), [pipeline]);
  return { report, choose, stop };
}
