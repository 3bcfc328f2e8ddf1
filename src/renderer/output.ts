import { openOutput } from './pipeline/output/output-page.ts';

openOutput(window);
