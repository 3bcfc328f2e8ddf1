import { useTranslation } from 'react-i18next';
import type { StudioSettings } from '../../../../shared/domain/studio.ts';
import { studioConfigure } from '../../../../shared/ipc/studio.ts';
import { useSnapshots } from '../../../state/snapshots.ts';
import { useCommand } from '../../use-command.ts';
import { FieldGroup, SelectField, SettingSwitch } from './fields.tsx';
import { proposedSide, recordingCost } from './side-rendition.ts';
import { SideCostLine, SideRenditionFields } from './side-rendition-fields.tsx';

const REPLAYS = [0, 15, 30, 60, 120, 300] as const;

/** What is recorded, in which quality, and how many of the last seconds can be saved. */
export function RecordingSection() {
  const { t } = useTranslation();
  const run = useCommand();
  const settings = useSnapshots((state) => state.studio?.settings);
  const folder = useSnapshots((state) => state.recording?.folder ?? '');
  const locked = useSnapshots((state) => (state.stream?.phase ?? 'idle') !== 'idle');
  if (!settings) return null;
  const { recording, picture } = settings;
  const change = (part: Partial<StudioSettings['recording']>) =>
    void run(studioConfigure, { recording: { ...recording, ...part } });
  const replays = [...new Set([...REPLAYS, recording.replaySeconds])].sort((a, b) => a - b);
  const shown = recording.own ?? proposedSide(picture);
  return (
    <div className="divide-y divide-line">
      <SettingSwitch
        label={t('settings.recording.withStream')}
        hint={t('settings.recording.withStreamHint')}
        checked={recording.withStream}
        onChange={(withStream) => change({ withStream })}
      />
      <div className="py-1">
        <SettingSwitch
          label={t('settings.recording.own')}
          hint={t(locked ? 'settings.recording.locked' : 'settings.recording.ownHint')}
          checked={recording.own !== null}
          disabled={locked}
          onChange={(on) => change({ own: on ? shown : null })}
        />
        {recording.own && (
          <div className="mb-2">
            <SideRenditionFields
              value={recording.own}
              main={picture}
              locked={locked}
              onChange={(own) => change({ own })}
            />
          </div>
        )}
        <SideCostLine cost={recordingCost(picture, shown)} on={recording.own !== null} />
      </div>
      <SettingSwitch
        label={t('settings.recording.remux')}
        hint={t('settings.recording.remuxHint')}
        checked={recording.remux}
        onChange={(remux) => change({ remux })}
      />
      <FieldGroup title={t('settings.recording.replay')} hint={t('settings.recording.replayHint')}>
        <div className="w-56">
          <SelectField
            label={t('settings.recording.replayLength')}
            value={String(recording.replaySeconds)}
            options={replays.map((seconds) => ({
              value: String(seconds),
              label:
                seconds === 0
                  ? t('settings.recording.replayOff')
                  : t('settings.recording.seconds', { seconds }),
            }))}
            onChange={(seconds) => change({ replaySeconds: Number(seconds) })}
          />
        </div>
      </FieldGroup>
      <FieldGroup title={t('recording.folder')}>
        <p className="select-text break-all font-mono text-xs">{folder}</p>
      </FieldGroup>
    </div>
  );
}
