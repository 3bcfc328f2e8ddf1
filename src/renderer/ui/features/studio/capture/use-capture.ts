import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { PipelineReport } from '../../../../../shared/domain/report.ts';
import { captureList } from '../../../../../shared/ipc/desktop.ts';
import { openDialog } from '../../../../state/dialogs.ts';
import { usePipelineStatus } from '../../../../state/pipeline-status.ts';
import { useStudio } from '../../../studio-context.ts';
import { useCommand } from '../../../use-command.ts';
import { captureName } from './capture-name.ts';

const OFF: PipelineReport['capture'] = { state: 'off', reason: null, label: '', width: 0, height: 0, fps: 0 };

export interface Capture {
  readonly report: PipelineReport['capture'];
  /** What is captured, in the user's words. */
  readonly name: string;
  /** Lets the user choose what is captured; call it in the click itself. */
  choose(): void;
  stop(): void;
}

/** The captured screen or window: how it stands, choosing another, ending it. */
export function useCapture(): Capture {
  const { pipeline } = useStudio();
  const { t } = useTranslation();
  const run = useCommand();
  const report = usePipelineStatus((status) => status.report?.capture ?? OFF);
  const choose = useCallback(() => {
    void run(captureList, {}).then((list) => {
      if (list?.picker === 'system') void pipeline.chooseCapture();
      else if (list) openDialog({ kind: 'capture' });
    });
  }, [run, pipeline]);
  const stop = useCallback(() => pipeline.stopCapture(), [pipeline]);
  const name = captureName(report.label);
  return { report, name: 'title' in name ? name.title : t(`capture.kind.${name.kind}`), choose, stop };
}
