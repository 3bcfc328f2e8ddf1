import { Laptop } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { describeReason } from '../../../../../shared/errors.ts';
import { FieldGroup } from '../fields.tsx';

/** No cloud is configured: said once, with what would change it. */
export function NoCloud() {
  const { t } = useTranslation('account');
  return (
    <FieldGroup title={t('noCloud.title')}>
      <p className="flex gap-2">
        <Laptop aria-hidden className="mt-px size-4 shrink-0 text-muted" />
        {t('noCloud.text')}
      </p>
      <p className="mt-2 pl-6 text-muted text-xs">{describeReason('account.no-cloud').action}</p>
    </FieldGroup>
  );
}
