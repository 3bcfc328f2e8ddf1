import { Film, KeyRound, LifeBuoy, VideoOff, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { describeReason } from '../../../../../shared/errors.ts';
import { isMissing } from '../../../../state/models.ts';
import { usePipelineStatus } from '../../../../state/pipeline-status.ts';
import { useSession } from '../../../../state/session.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Banner } from '../../../components/banner.tsx';
import { Button } from '../../../components/button.tsx';
import { IconButton } from '../../../components/icon-button.tsx';
import { useStudio } from '../../../studio-context.ts';
import { CaptureBanner } from '../capture/capture-banner.tsx';
import { DataBanner } from './data-banner.tsx';
import { ModelsBanner } from './models-banner.tsx';
import { MotionBanners } from './motion-banner.tsx';

/** What the user should know for as long as it is so. */
export function Banners() {
  const missing = useSnapshots((state) => isMissing(state.models, 'face'));
  return (
    <div className="grid gap-2 empty:hidden">
      <SafeBanner />
      <DataBanner />
      {missing ? <ModelsBanner /> : <RecordedBanner />}
      <TrackerBanner />
      <MotionBanners />
      <CaptureBanner />
      <SecretsBanner />
    </div>
  );
}

/** The studio began safely and stays so until it is started again. */
function SafeBanner() {
  const { t } = useTranslation();
  const safe = useSnapshots((state) => (state.safeStart?.active ?? false) && !state.safeStart?.offered);
  if (!safe) return null;
  return (
    <Banner tone="info" icon={<LifeBuoy />} title={t('safeStart.banner')} text={t('safeStart.bannerText')} />
  );
}

/** The models are there and still a recording plays: the pipeline says why. */
function RecordedBanner() {
  const { t } = useTranslation();
  const recorded = useSnapshots((state) => state.studio?.tracking.source === 'recorded');
  const reason = usePipelineStatus((state) => state.report?.tracking.reason ?? null);
  if (!recorded) return null;
  const text = reason ? describeReason(reason).what : t('recorded.text');
  return <Banner tone="warn" icon={<Film />} title={t('recorded.title')} text={text} />;
}

/** Tracking on the camera was given up; it is tried again when the user says so. */
function TrackerBanner() {
  const { t } = useTranslation();
  const { pipeline } = useStudio();
  const camera = useSnapshots((state) => state.studio?.tracking.source === 'camera');
  const reason = usePipelineStatus((state) => state.report?.tracking.reason ?? null);
  if (!camera || reason !== 'tracker.start-failed') return null;
  return (
    <Banner tone="warn" icon={<VideoOff />} title={describeReason(reason).what} text="">
      <Button size="small" onClick={() => pipeline.retryCamera()}>
        {t('common.retry')}
      </Button>
    </Banner>
  );
}

function SecretsBanner() {
  const { t } = useTranslation();
  const secrets = useSession((state) => state.hello?.secrets ?? 'keyring');
  const [read, setRead] = useState(false);
  if (secrets === 'keyring' || read) return null;
  const basic = secrets === 'basic';
  return (
    <Banner
      tone={basic ? 'warn' : 'info'}
      icon={<KeyRound />}
      title={t('secrets.title')}
      text={t(basic ? 'secrets.basicText' : 'secrets.text')}
    >
      <IconButton label={t('common.dismiss')} icon={<X className="size-4" />} onClick={() => setRead(true)} />
    </Banner>
  );
}
