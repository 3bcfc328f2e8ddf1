import { EXIT, explain, say } from './commands/exit.ts';

/** Entry of every command in the browser host. Commands are loaded when they are asked for. */
async function main([command, ...argv]: readonly string[]): Promise<number> {
  switch (command) {
    case 'start':
      return (await import('./commands/start.ts')).runStart(argv);
    case 'live':
      return (await import('./commands/live.ts')).runLive(argv);
    case 'demo':
      return (await import('./commands/demo.ts')).runDemo(argv[0] ?? 'demo');
    case 'track':
      return (await import('./commands/track.ts')).runTrack(argv);
    case 'inspect':
      return (await import('./commands/inspect.ts')).runInspect(argv);
    default:
      say('Usage: cli start|live|demo|track|inspect …');
      return EXIT.usage;
  }
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    explain(error);
    process.exitCode = EXIT.couldNotStart;
  },
);
