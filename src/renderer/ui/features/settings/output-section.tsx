import { useTranslation } from 'react-i18next';
import { outputConfigure } from '../../../../shared/ipc/output.ts';
import { useSnapshots } from '../../../state/snapshots.ts';
import { CopyField } from '../../components/copy-field.tsx';
import { StateLine } from '../../components/state-line.tsx';
import { useCommand } from '../../use-command.ts';
import { FieldGroup, SettingSwitch } from './fields.tsx';
import { OUTPUT_GREEN, outputAddress } from './output-address.ts';

const STEPS = ['add', 'paste', 'size'] as const;

/** The avatar as a page for other programs on this machine. */
export function OutputSection() {
  const { t } = useTranslation();
  const run = useCommand();
  const output = useSnapshots((state) => state.output);
  const picture = useSnapshots((state) => state.studio?.settings.picture);
  const clients = output?.clients ?? 0;
  return (
    <div className="divide-y divide-line">
      <SettingSwitch
        label={t('settings.output.enable')}
        hint={t('settings.output.enableHint')}
        checked={output?.enabled ?? false}
        onChange={(enabled) => void run(outputConfigure, { enabled })}
      />
      {output?.enabled && output.url === null && (
        <p className="py-3">
          <StateLine tone="busy">{t('settings.output.starting')}</StateLine>
        </p>
      )}
      {output?.url && (
        <>
          <FieldGroup title={t('settings.output.addresses')} hint={t('settings.output.secret')}>
            <div className="grid gap-3">
              <CopyField label={t('settings.output.transparent')} value={outputAddress(output.url, null)} />
              <CopyField label={t('settings.output.green')} value={outputAddress(output.url, OUTPUT_GREEN)} />
            </div>
            <p className="mt-3" aria-live="polite">
              <StateLine tone={clients > 0 ? 'good' : 'quiet'}>
                {clients > 0
                  ? t('settings.output.clients', { count: clients })
                  : t('settings.output.noClients')}
              </StateLine>
            </p>
          </FieldGroup>
          <FieldGroup title={t('settings.output.how')}>
            <ol className="list-decimal space-y-1 pl-5 marker:text-muted">
              {STEPS.map((step) => (
                <li key={step}>
                  {t(`settings.output.step.${step}`, {
                    width: picture?.width ?? 1280,
                    height: picture?.height ?? 720,
                  })}
                </li>
              ))}
            </ol>
          </FieldGroup>
        </>
      )}
    </div>
  );
}
