import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type TrackingSettings,
  trackingSettingsSchema,
} from '../../../../shared/domain/tracking-settings.ts';
import { TextField } from '../../components/text-field.tsx';
import { FieldGroup, SettingSwitch } from './fields.tsx';
import type { TrackingFieldsProps } from './tracking-section.tsx';
import { VmcReceiveState, VmcSendState } from './vmc-state.tsx';

type Vmc = TrackingSettings['vmc'];

const { receive: receiveSchema, send: sendSchema } = trackingSettingsSchema.shape.vmc.shape;

/** Motion from and to other programs. */
export function VmcFields({ tracking: { vmc }, change }: TrackingFieldsProps) {
  const { t } = useTranslation('tracking');
  const { receive, send } = vmc;
  const set = (part: Partial<Vmc>) => change({ vmc: { ...vmc, ...part } });
  return (
    <FieldGroup title={t('motion.vmc')} hint={t('motion.vmcHint')}>
      <div className="divide-y divide-line border-line border-t">
        <div>
          <SettingSwitch
            label={t('motion.receive')}
            hint={t('motion.receiveHint')}
            checked={receive.on}
            onChange={(on) => set({ receive: { ...receive, on } })}
          />
          {receive.on && (
            <div className="space-y-2 pb-3">
              <PortField value={receive.port} onChange={(port) => set({ receive: { ...receive, port } })} />
              <VmcReceiveState />
            </div>
          )}
        </div>
        <div>
          <SettingSwitch
            label={t('motion.send')}
            hint={t('motion.sendHint')}
            checked={send.on}
            onChange={(on) => set({ send: { ...send, on } })}
          />
          {send.on && (
            <div className="space-y-2 pb-1">
              <div className="grid gap-3 sm:grid-cols-[minmax(0,20rem)_8rem]">
                <CheckedField
                  label={t('motion.host')}
                  hint={t('motion.hostHint')}
                  value={send.host}
                  error={t('motion.hostBad')}
                  parse={(text) => sendSchema.shape.host.safeParse(text.trim()).data}
                  onChange={(host) => set({ send: { ...send, host } })}
                />
                <PortField value={send.port} onChange={(port) => set({ send: { ...send, port } })} />
              </div>
              <VmcSendState />
            </div>
          )}
        </div>
      </div>
    </FieldGroup>
  );
}

function PortField({
  value,
  onChange,
}: {
  readonly value: number;
  readonly onChange: (port: number) => void;
}) {
  const { t } = useTranslation('tracking');
  return (
    <div className="w-32">
      <CheckedField
        label={t('motion.port')}
        value={String(value)}
        error={t('motion.portBad')}
        inputMode="numeric"
        parse={(text) =>
          receiveSchema.shape.port.safeParse(/^\d+$/.test(text.trim()) ? Number(text) : null).data
        }
        onChange={onChange}
      />
    </div>
  );
}

interface CheckedFieldProps<V> {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly error: string;
  readonly inputMode?: 'numeric';
  /** Undefined: it cannot be used as it is typed. */
  readonly parse: (text: string) => V | undefined;
  readonly onChange: (value: V) => void;
}

/**
 * A text that is used when the field is left or Enter is pressed: half an address would be looked up, half a port
 * opened. While it cannot be used it says why; left so, what was before stays.
 */
function CheckedField<V>({ label, hint, value, error, inputMode, parse, onChange }: CheckedFieldProps<V>) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const parsed = parse(text);
  const save = () => {
    if (parsed === undefined) return;
    setText(String(parsed));
    if (String(parsed) !== value) onChange(parsed);
  };
  return (
    <TextField
      label={label}
      {...(hint ? { hint } : {})}
      {...(inputMode ? { inputMode } : {})}
      value={text}
      maxLength={253}
      error={parsed === undefined ? error : undefined}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={(event) => event.key === 'Enter' && save()}
      onBlur={() => (parsed === undefined ? setText(value) : save())}
    />
  );
}
