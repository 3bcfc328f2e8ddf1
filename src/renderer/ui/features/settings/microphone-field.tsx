import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { isRetryable } from '../../../../shared/errors.ts';
import { studioConfigure } from '../../../../shared/ipc/studio.ts';
import { DeviceSelect } from '../../components/device-select.tsx';
import { Problem } from '../../components/problem.tsx';
import { StateLine } from '../../components/state-line.tsx';
import { DEVICE_TONES } from '../../device-tones.ts';
import { useStudio } from '../../studio-context.ts';
import { useCommand } from '../../use-command.ts';
import { useDevices } from '../../use-devices.ts';
import { LevelMeter } from '../studio/microphone/level-meter.tsx';
import { useMicrophone } from '../studio/microphone/use-microphone.ts';

/** Which microphone, how loud it is, and what to do when it does not work. */
export function MicrophoneField() {
  const { t } = useTranslation();
  const { pipeline } = useStudio();
  const run = useCommand();
  const list = useCallback(() => pipeline.microphones(), [pipeline]);
  const { choice, state, reason, silenced, waiting, word, sounding } = useMicrophone();
  const devices = useDevices(list, state);
  return (
    <div className="grid gap-2">
      <DeviceSelect
        label={t('microphone.title')}
        value={choice}
        devices={devices}
        onChange={(microphone) => void run(studioConfigure, { microphone })}
      />
      <StateLine tone={silenced ? 'warn' : waiting ? 'quiet' : DEVICE_TONES[state]}>
        {t(`microphone.${word}`)}
      </StateLine>
      <LevelMeter running={sounding} />
      {reason && <Problem reason={reason} tone={isRetryable(reason) ? 'warn' : 'bad'} />}
    </div>
  );
}
