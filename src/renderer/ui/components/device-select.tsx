import { useTranslation } from 'react-i18next';
import type { Device } from '../use-devices.ts';
import { SelectArrow } from './select-arrow.tsx';

interface Props {
  readonly label: string;
  readonly value: string;
  readonly devices: readonly Device[];
  readonly onChange: (value: string) => void;
}

/** Automatic, off, or one device; a chosen device that is not connected stays visible as such. */
export function DeviceSelect({ label, value, devices, onChange }: Props) {
  const { t } = useTranslation();
  const known = value === 'default' || value === 'none' || devices.some((each) => each.deviceId === value);
  return (
    <span className="relative block min-w-0 flex-1">
      <select
        aria-label={label}
        className="select"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      >
        <option value="default">{t('device.default')}</option>
        {devices.map((device) => (
          <option key={device.deviceId} value={device.deviceId}>
            {device.label}
          </option>
        ))}
        {!known && <option value={value}>{t('device.absent')}</option>}
        <option value="none">{t('device.off')}</option>
      </select>
      <SelectArrow />
    </span>
  );
}
