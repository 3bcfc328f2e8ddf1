import { useTranslation } from 'react-i18next';
import { IDLE_MOTIONS, idleMotionOf } from '../../../../shared/domain/motion.ts';
import { studioConfigure } from '../../../../shared/ipc/studio.ts';
import { useSnapshots } from '../../../state/snapshots.ts';
import '../../i18n/tracking-texts.ts';
import { useCommand } from '../../use-command.ts';
import { FieldGroup, SelectField } from './fields.tsx';
import { MotionRecordings } from './motion-recordings.tsx';
import { useTrackingSettings } from './tracking-section.tsx';
import { VmcFields } from './vmc-fields.tsx';

/** How the body moves by itself, recordings of motions, and motion from and to other programs. */
export function MotionSection() {
  const { t } = useTranslation('tracking');
  const run = useCommand();
  const settings = useTrackingSettings();
  const idle = useSnapshots((state) => idleMotionOf(state.studio?.settings.idleMotion ?? ''));
  return (
    <div className="divide-y divide-line">
      <FieldGroup title={t('motion.idle')} hint={t('motion.idleHint')}>
        <div className="w-56">
          <SelectField
            label={t('motion.idleChoose')}
            value={idle}
            options={IDLE_MOTIONS.map((value) => ({ value, label: t(`motion.idleOf.${value}`) }))}
            onChange={(idleMotion) => void run(studioConfigure, { idleMotion })}
          />
        </div>
      </FieldGroup>
      <MotionRecordings />
      <VmcFields {...settings} />
    </div>
  );
}
