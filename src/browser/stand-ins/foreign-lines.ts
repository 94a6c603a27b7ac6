import type * as original from '../../format/foreign-lines.js';
import { restyling } from './restyle-gaps.js';

/** Lines are repaired where they stand, as long as nothing is fetched that judges them by the rest of their file. */
export const inUnitOfRest: typeof original.inUnitOfRest = (context, gaps, ...given) =>
  restyling?.inUnitOfRest(context, gaps, ...given) ?? gaps;

export const inUnitOfProject: typeof original.inUnitOfProject = (context, gaps, ...given) =>
  restyling?.inUnitOfProject(context, gaps, ...given) ?? gaps;

export const areForeign: typeof original.areForeign = (...given) => restyling?.areForeign(...given) ?? false;
