import { benchAccuracy } from './solver/accuracy.ts';
import { benchCost } from './solver/cost.ts';

/** The solver against the truth of rendered performances and against kalidokit: accuracy, then cost. */
export const benchSolver = async (): Promise<unknown> => ({
  accuracy: benchAccuracy(),
  cost: await benchCost(),
});
