import { Mic, MicOff } from 'lucide-react';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { isRetryable } from '../../../../../shared/errors.ts';
import { studioConfigure } from '../../../../../shared/ipc/studio.ts';
import { DeviceSelect } from '../../../components/device-select.tsx';
import { IconButton } from '../../../components/icon-button.tsx';
import { Problem } from '../../../components/problem.tsx';
import { Section } from '../../../components/section.tsx';
import { StateLine } from '../../../components/state-line.tsx';
import { DEVICE_TONES } from '../../../device-tones.ts';
import { useStudio } from '../../../studio-context.ts';
import { useCommand } from '../../../use-command.ts';
import { useDevices } from '../../../use-devices.ts';
import { useActions } from '../use-actions.ts';
import { LevelMeter } from './level-meter.tsx';
import { TalkButton } from './talk-button.tsx';
import { useMicrophone } from './use-microphone.ts';

export function MicrophonePanel() {
  const { t } = useTranslation();
  const { pipeline } = useStudio();
  const list = useCallback(() => pipeline.microphones(), [pipeline]);
  const run = useCommand();
  const { toggleMute } = useActions();
  const { choice, muted, state, reason, silenced, waiting, word, sounding } = useMicrophone();
  const devices = useDevices(list, state);

  return (
    <Section
      title={t('microphone.title')}
      icon={muted ? <MicOff /> : <Mic />}
      state={
        <StateLine tone={silenced ? 'warn' : waiting ? 'quiet' : DEVICE_TONES[state]}>
          {t(`microphone.${word}`)}
        </StateLine>
      }
    >
      <div className="flex gap-2">
        <DeviceSelect
          label={t('microphone.title')}
          value={choice}
          devices={devices}
          onChange={(microphone) => void run(studioConfigure, { microphone })}
        />
        <IconButton
          outlined
          label={t(muted ? 'microphone.unmute' : 'microphone.mute')}
          pressed={muted}
          onClick={toggleMute}
          icon={muted ? <MicOff className="size-4" /> : <Mic className="size-4" />}
        />
      </div>
      <LevelMeter running={sounding} />
      <TalkButton />
      {reason && <Problem reason={reason} tone={isRetryable(reason) ? 'warn' : 'bad'} className="mt-2" />}
    </Section>
  );
}
