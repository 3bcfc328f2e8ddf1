import { useTranslation } from 'react-i18next';
import type { Service } from '../../../../../shared/domain/services.ts';
import { describeReason } from '../../../../../shared/errors.ts';
import { StateLine } from '../../../components/state-line.tsx';
import { TextField } from '../../../components/text-field.tsx';
import { WebAddress } from '../../../components/web-address.tsx';
import { SelectField } from '../../settings/fields.tsx';
import { addressOf, type Draft, isSecure, isServerAddress, OTHER } from './draft.ts';

interface Props {
  readonly draft: Draft;
  readonly services: readonly Service[];
  readonly wrong: boolean;
  readonly onChange: (part: Partial<Draft>) => void;
}

/** Which server: one of the service's, or typed; what is not encrypted says so. */
export function ServerField({ draft, services, wrong, onChange }: Props) {
  const { t } = useTranslation();
  const service = services.find(({ id }) => id === draft.service);
  const known = service !== undefined && service.id !== OTHER;
  const ingests = service?.ingests ?? [];
  const url = addressOf(draft, services);
  const { what, action } = describeReason('destination.not-secure');
  return (
    <div className="space-y-2">
      {ingests.length > 0 && (
        <SelectField
          label={t('destinations.dialog.server')}
          value={draft.ingest}
          options={[
            // A name says itself whether it is encrypted where a service has both.
            ...ingests.map((each) => ({ value: each.url, label: each.name })),
            { value: OTHER, label: t('destinations.dialog.otherServer') },
          ]}
          onChange={(ingest) => onChange({ ingest })}
        />
      )}
      {draft.ingest === OTHER && (
        <TextField
          label={t(known ? 'destinations.dialog.host' : 'destinations.dialog.url')}
          placeholder={known ? '' : t('destinations.dialog.urlPlaceholder')}
          value={draft.address}
          inputMode="url"
          maxLength={2048}
          onChange={(event) => onChange({ address: event.target.value })}
          hint={known ? t('destinations.dialog.hostHint', { service: service.name }) : undefined}
          error={wrong ? t('destinations.dialog.urlBad') : undefined}
        />
      )}
      {isServerAddress(url) && (draft.ingest !== OTHER || url !== draft.address.trim()) && (
        <p className="text-muted text-xs">
          {t('destinations.dialog.goesTo')} <WebAddress url={url} />
        </p>
      )}
      {isServerAddress(url) && !isSecure(url) && (
        <div className="text-xs">
          <StateLine tone="warn">{what}</StateLine>
          <p className="pl-5 text-muted">{action}</p>
        </div>
      )}
    </div>
  );
}
