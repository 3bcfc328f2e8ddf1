import { lazy, Suspense } from 'react';
import { assertNever } from '../../../../../shared/assert-never.ts';
import { closeDialog, type OpenDialog as Open, openDialog, useDialogs } from '../../../../state/dialogs.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { RemoveSoundDialog } from '../../settings/remove-sound-dialog.tsx';
import { RemoveAvatarDialog, RenameAvatarDialog } from '../avatar/avatar-dialogs.tsx';
import { RemoveImageDialog } from '../background/remove-image-dialog.tsx';
import { DestinationDialog } from '../destinations/destination-dialog.tsx';
import { RemoveDialog } from '../destinations/remove-dialog.tsx';
import { GoLiveDialog } from './go-live-dialog.tsx';
import { StopDialog } from './stop-dialog.tsx';

// What is not needed for the first picture is fetched when it is opened.
const SettingsDialog = lazy(() =>
  import('../../settings/settings-dialog.tsx').then((m) => ({ default: m.SettingsDialog })),
);
const OnboardingDialog = lazy(() =>
  import('../../onboarding/onboarding-dialog.tsx').then((m) => ({ default: m.OnboardingDialog })),
);
const CaptureDialog = lazy(() =>
  import('../capture/capture-dialog.tsx').then((m) => ({ default: m.CaptureDialog })),
);
const SceneDialog = lazy(() =>
  import('../scenes/scene-dialog.tsx').then((m) => ({ default: m.SceneDialog })),
);
const RemoveSceneDialog = lazy(() =>
  import('../scenes/remove-scene-dialog.tsx').then((m) => ({ default: m.RemoveSceneDialog })),
);
const SafeStartDialog = lazy(() =>
  import('../../safe-start/safe-start-dialog.tsx').then((m) => ({ default: m.SafeStartDialog })),
);
const RehearsalDialog = lazy(() =>
  import('../rehearsal/rehearsal-dialog.tsx').then((m) => ({ default: m.RehearsalDialog })),
);
const InspectorDialog = lazy(() =>
  import('../../tracking/inspector/inspector-dialog.tsx').then((m) => ({ default: m.InspectorDialog })),
);
const MappingDialog = lazy(() =>
  import('../../tracking/mapping/mapping-dialog.tsx').then((m) => ({ default: m.MappingDialog })),
);
const SignOutDialog = lazy(() =>
  import('../../settings/account/sign-out-dialog.tsx').then((m) => ({ default: m.SignOutDialog })),
);
const DeleteAccountDialog = lazy(() =>
  import('../../settings/account/delete-account-dialog.tsx').then((m) => ({
    default: m.DeleteAccountDialog,
  })),
);

// Both questions are asked from there.
const backToAccount = () => openDialog({ kind: 'settings', section: 'account' });

/** The dialog that is open, if any. */
export function OpenDialog() {
  const open = useDialogs((state) => state.open);
  return <Suspense>{open && <Content open={open} />}</Suspense>;
}

function Content({ open }: { readonly open: Open }) {
  const destinations = useSnapshots((state) => state.destinations) ?? [];
  const library = useSnapshots((state) => state.library);
  switch (open.kind) {
    case 'go-live':
      return <GoLiveDialog onClose={closeDialog} />;
    case 'stop':
      return <StopDialog onClose={closeDialog} />;
    case 'rehearsal':
      return <RehearsalDialog onClose={closeDialog} />;
    case 'destination': {
      const destination = destinations.find((each) => each.id === open.id) ?? null;
      return <DestinationDialog destination={destination} onClose={closeDialog} />;
    }
    case 'remove-destination': {
      const destination = destinations.find((each) => each.id === open.id);
      return destination ? <RemoveDialog destination={destination} onClose={closeDialog} /> : null;
    }
    case 'settings':
      return <SettingsDialog section={open.section} onClose={closeDialog} />;
    case 'onboarding':
      return <OnboardingDialog onClose={closeDialog} />;
    case 'safe-start':
      return <SafeStartDialog onClose={closeDialog} />;
    case 'capture':
      return <CaptureDialog onClose={closeDialog} />;
    case 'tracking':
      return <InspectorDialog tab={open.tab} onClose={closeDialog} />;
    case 'mapping':
      return <MappingDialog onClose={closeDialog} />;
    case 'scene':
      return <SceneDialog id={open.id} onClose={closeDialog} />;
    case 'remove-scene':
      return <RemoveSceneDialog id={open.id} onClose={closeDialog} />;
    case 'rename-avatar':
    case 'remove-avatar': {
      const avatar = library?.avatars.find((each) => each.id === open.id);
      const Dialog = open.kind === 'rename-avatar' ? RenameAvatarDialog : RemoveAvatarDialog;
      return avatar ? <Dialog avatar={avatar} onClose={closeDialog} /> : null;
    }
    case 'remove-image': {
      const image = library?.images.find((each) => each.id === open.id);
      return image ? <RemoveImageDialog image={image} onClose={closeDialog} /> : null;
    }
    case 'remove-sound': {
      const sound = library?.sounds.find((each) => each.id === open.id);
      return sound ? <RemoveSoundDialog sound={sound} onClose={closeDialog} /> : null;
    }
    case 'sign-out':
      return <SignOutDialog onClose={backToAccount} />;
    case 'delete-account':
      return <DeleteAccountDialog onClose={backToAccount} />;
    default:
      return assertNever(open);
  }
}
