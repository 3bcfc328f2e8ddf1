import { DatabaseZap, LockKeyhole, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { describeReason } from '../../../../../shared/errors.ts';
import { openDialog } from '../../../../state/dialogs.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Banner } from '../../../components/banner.tsx';
import { Button } from '../../../components/button.tsx';
import { IconButton } from '../../../components/icon-button.tsx';

/** Nothing can be saved, or a damaged database was replaced at this start. */
export function DataBanner() {
  const { t } = useTranslation();
  const data = useSnapshots((state) => state.data);
  const [read, setRead] = useState(false);
  if (!data) return null;
  const open = () => openDialog({ kind: 'settings', section: 'data' });
  if (!data.writable) {
    const { what, action } = describeReason(data.problem ?? 'storage.read-only');
    return (
      <Banner tone="warn" icon={<LockKeyhole />} title={t('dataBanner.readOnly')} text={`${what} ${action}`}>
        <Button size="small" onClick={open}>
          {t('dataBanner.data')}
        </Button>
      </Banner>
    );
  }
  if (!data.recovered || read) return null;
  const { what } = describeReason(
    data.recovered.from === 'backup' ? 'storage.recovered' : 'storage.salvaged',
  );
  return (
    <Banner
      tone="warn"
      icon={<DatabaseZap />}
      title={t('dataBanner.recovered')}
      text={data.recovered.from === 'empty' ? t('dataBanner.empty') : what}
    >
      <Button size="small" onClick={open}>
        {t('dataBanner.look')}
      </Button>
      <IconButton label={t('common.dismiss')} icon={<X className="size-4" />} onClick={() => setRead(true)} />
    </Banner>
  );
}
