import { useTranslation } from 'react-i18next';
import {
  ENCODERS,
  type EncoderChoice,
  type FfmpegEncoder,
  ffmpegEncoderOf,
} from '../../../../shared/domain/encoding.ts';
import { type EncodersSnapshot, encodersTry } from '../../../../shared/ipc/encoders.ts';
import { studioConfigure } from '../../../../shared/ipc/studio.ts';
import { useSnapshots } from '../../../state/snapshots.ts';
import { Button } from '../../components/button.tsx';
import { Problem } from '../../components/problem.tsx';
import { StateLine, ToneIcon } from '../../components/state-line.tsx';
import { encoderWords } from '../../encoder-words.ts';
import { useCommand } from '../../use-command.ts';
import { SelectField } from './fields.tsx';

/** Which encoder: automatic, the browser's own, or one of FFmpeg's that this system may have. */
export function EncoderField({ locked }: { readonly locked: boolean }) {
  const { t } = useTranslation();
  const run = useCommand();
  const encoder = useSnapshots((state) => state.studio?.settings.encoder ?? 'auto');
  const encoders = useSnapshots((state) => state.encoders);
  const runs = useSnapshots((state) => state.stream?.encoder ?? null);
  const onAir = useSnapshots((state) => (state.stream?.phase ?? 'idle') !== 'idle');
  const used = onAir ? (runs?.name ?? '') : '';
  const nameOf = (choice: EncoderChoice): string => {
    const name = t(`settings.encoder.name.${wordOf(choice)}`);
    return isRefused(choice, encoders) ? t('settings.encoder.refused', { name }) : name;
  };
  return (
    <div className="space-y-2.5">
      <SelectField
        label={t('settings.encoder.which')}
        value={encoder}
        disabled={locked}
        options={offered(encoder, encoders).map((value) => ({ value, label: nameOf(value) }))}
        hint={
          used === ''
            ? t('settings.encoder.whichHint')
            : t('settings.encoder.used', { name: encoderWords(t, used) })
        }
        onChange={(value) => {
          const chosen = ENCODERS.find((each) => each === value);
          if (chosen) void run(studioConfigure, { encoder: chosen });
        }}
      />
      {runs?.fallback && <Problem reason={runs.fallback} tone="warn" />}
      {encoders && (
        <Button
          size="small"
          aria-disabled={locked || encoders.running}
          icon={encoders.running ? <ToneIcon tone="busy" /> : undefined}
          onClick={() => !locked && !encoders.running && void run(encodersTry, {})}
        >
          {t(encoders.running ? 'settings.encoder.trying' : 'settings.encoder.try')}
        </Button>
      )}
      <div role="status">{encoders && !encoders.running && <Trials encoders={encoders} />}</div>
    </div>
  );
}

/** What came of trying each of them. */
function Trials({ encoders }: { readonly encoders: EncodersSnapshot }) {
  const { t } = useTranslation();
  if (encoders.trials.length === 0) return null;
  return (
    <ul aria-label={t('settings.encoder.trials')} className="space-y-1">
      {encoders.trials.map(({ encoder, works, detail }) => (
        <li key={encoder} className="flex items-center gap-2 text-xs" title={detail ?? undefined}>
          <span className="w-44 shrink-0">{t(`settings.encoder.name.${encoder}`)}</span>
          <StateLine tone={works ? 'good' : 'quiet'}>
            {t(works ? 'settings.encoder.works' : 'settings.encoder.worksNot')}
          </StateLine>
        </li>
      ))}
    </ul>
  );
}

/** A colon would part a text's name. */
function wordOf(choice: EncoderChoice): 'auto' | 'webcodecs' | FfmpegEncoder {
  return ffmpegEncoderOf(choice) ?? (choice === 'auto' ? 'auto' : 'webcodecs');
}

/** The choices of this system, and the one that is set wherever it comes from. */
function offered(chosen: EncoderChoice, encoders: EncodersSnapshot | null): readonly EncoderChoice[] {
  const here = new Set(encoders?.order ?? []);
  return ENCODERS.filter((choice) => {
    const encoder = ffmpegEncoderOf(choice);
    return encoder === null || choice === chosen || here.has(encoder);
  });
}

/** It was tried and does not work here. */
function isRefused(choice: EncoderChoice, encoders: EncodersSnapshot | null): boolean {
  const encoder = ffmpegEncoderOf(choice);
  return encoders?.trials.some((trial) => trial.encoder === encoder && !trial.works) ?? false;
}
