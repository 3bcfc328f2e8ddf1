import { Copy } from 'lucide-react';
import { useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { outputConfigure } from '../../../../shared/ipc/output.ts';
import { announce } from '../../../state/notices.ts';
import { useSnapshots } from '../../../state/snapshots.ts';
import { Button } from '../../components/button.tsx';
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
              <Address label={t('settings.output.transparent')} value={outputAddress(output.url, null)} />
              <Address label={t('settings.output.green')} value={outputAddress(output.url, OUTPUT_GREEN)} />
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

/** An address to take along. Where the clipboard is closed to us it is selected, ready for the user's own copy. */
function Address({ label, value }: { readonly label: string; readonly value: string }) {
  const { t } = useTranslation();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [told, setTold] = useState<'copied' | 'selected' | null>(null);
  const copy = () => {
    const tell = (outcome: 'copied' | 'selected') => {
      setTold(outcome);
      announce(t(`settings.output.${outcome}`));
    };
    navigator.clipboard.writeText(value).then(
      () => tell('copied'),
      () => {
        field.current?.focus();
        field.current?.select();
        tell('selected');
      },
    );
  };
  return (
    <div>
      <label htmlFor={id} className="mb-1 block font-medium">
        {label}
      </label>
      <div className="flex gap-2">
        <input
          ref={field}
          id={id}
          readOnly
          value={value}
          onFocus={(event) => event.currentTarget.select()}
          className="h-[2.125rem] min-w-0 flex-1 rounded-lg border border-edge bg-well px-2.5 font-mono text-xs"
        />
        <Button
          icon={<Copy aria-hidden className="size-3.5" />}
          aria-label={t('settings.output.copyNamed', { name: label })}
          onClick={copy}
        >
          {t('settings.output.copy')}
        </Button>
      </div>
      {told && <p className="mt-1 text-muted text-xs">{t(`settings.output.${told}`)}</p>}
    </div>
  );
}
