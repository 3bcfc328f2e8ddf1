import { ArrowLeft } from 'lucide-react';
import { type ComponentType, type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { studioConfigure } from '../../../../shared/ipc/studio.ts';
import { openDialog } from '../../../state/dialogs.ts';
import { Button } from '../../components/button.tsx';
import { cx } from '../../components/cx.ts';
import { IconButton } from '../../components/icon-button.tsx';
import { useCommand } from '../../use-command.ts';
import { PanelBody, PanelDialog } from '../settings/panel-dialog.tsx';
import { AvatarStep } from './avatar-step.tsx';
import { CameraStep } from './camera-step.tsx';
import { DoneStep } from './done-step.tsx';
import { MicrophoneStep } from './microphone-step.tsx';
import { RehearsalStep } from './rehearsal-step.tsx';
import { STEP_COUNT, STEPS, type Step, stepAfter } from './steps.ts';
import { WelcomeStep } from './welcome-step.tsx';

const CONTENTS: Record<Step, ComponentType> = {
  welcome: WelcomeStep,
  camera: CameraStep,
  avatar: AvatarStep,
  microphone: MicrophoneStep,
  rehearsal: RehearsalStep,
  done: DoneStep,
};

/**
 * The first run: beside the programme, so that the avatar answers while it is set up. It can be left at every step,
 * and leaving it counts as having seen it.
 */
export function OnboardingDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const run = useCommand();
  const [step, setStep] = useState<Step>('welcome');
  const heading = useRef<HTMLHeadingElement>(null);
  const isFirst = useRef(true);

  useEffect(() => {
    // The dialog itself puts the first focus.
    if (isFirst.current) isFirst.current = false;
    else heading.current?.focus();
  }, [step]);

  const leave = useCallback(() => {
    void run(studioConfigure, { onboarded: true });
    onClose();
  }, [run, onClose]);
  const addDestination = () => {
    leave();
    openDialog({ kind: 'destination', id: null });
  };

  const number = STEPS.indexOf(step) + 1;
  const Content = CONTENTS[step];
  return (
    <PanelDialog
      place="side"
      title={t('onboarding.title')}
      titleHidden
      closesOutside={false}
      onClose={leave}
      footer={
        <Actions
          step={step}
          onStep={setStep}
          onLeave={leave}
          last={
            <Button kind="primary" onClick={addDestination}>
              {t('onboarding.done.destination')}
            </Button>
          }
        />
      }
    >
      <PanelBody className="pt-5">
        <Progress number={Math.min(number, STEP_COUNT)} isDone={step === 'done'} />
        <h2
          ref={heading}
          tabIndex={-1}
          data-first-focus
          className="mt-3 mb-2 pr-8 font-semibold text-xl outline-none focus-visible:underline focus-visible:decoration-accent/60 focus-visible:underline-offset-4"
        >
          <span className="sr-only">
            {step === 'done' ? '' : `${t('onboarding.step', { number, count: STEP_COUNT })}: `}
          </span>
          {t(`onboarding.${step}.title`)}
        </h2>
        <p className="mb-4 text-base text-muted">{t(`onboarding.${step}.text`)}</p>
        <Content />
      </PanelBody>
    </PanelDialog>
  );
}

/** Where in the introduction one is; the heading says it to screen readers. */
function Progress({ number, isDone }: { readonly number: number; readonly isDone: boolean }) {
  const { t } = useTranslation();
  return (
    <div aria-hidden className="flex items-center gap-3 pr-10">
      <span className="flex gap-1.5">
        {STEPS.slice(0, STEP_COUNT).map((each, at) => (
          <span
            key={each}
            className={cx('h-1.5 w-6 rounded-full', isDone || at < number ? 'bg-accent' : 'bg-hover')}
          />
        ))}
      </span>
      <span className="text-muted text-xs">
        {isDone ? t('onboarding.finished') : t('onboarding.step', { number, count: STEP_COUNT })}
      </span>
    </div>
  );
}

interface ActionsProps {
  readonly step: Step;
  readonly onStep: (step: Step) => void;
  readonly onLeave: () => void;
  /** What the last screen proposes. */
  readonly last: ReactNode;
}

function Actions({ step, onStep, onLeave, last }: ActionsProps) {
  const { t } = useTranslation();
  if (step === 'done') {
    return (
      <>
        <IconButton
          outlined
          label={t('onboarding.back')}
          icon={<ArrowLeft className="size-4" />}
          onClick={() => onStep(stepAfter(step, -1))}
        />
        <Button className="ml-auto" onClick={onLeave}>
          {t('onboarding.done.look')}
        </Button>
        {last}
      </>
    );
  }
  return (
    <>
      {step !== 'welcome' && <Back onBack={() => onStep(stepAfter(step, -1))} />}
      <Button kind="plain" className="ml-auto" onClick={onLeave}>
        {t('onboarding.skip')}
      </Button>
      <Button kind="primary" onClick={() => onStep(stepAfter(step, 1))}>
        {t(step === 'welcome' ? 'onboarding.begin' : 'onboarding.next')}
      </Button>
    </>
  );
}

function Back({ onBack }: { readonly onBack: () => void }) {
  const { t } = useTranslation();
  return (
    <Button icon={<ArrowLeft aria-hidden className="size-4" />} onClick={onBack}>
      {t('onboarding.back')}
    </Button>
  );
}
