import type * as original from '../../format/other-style.js';
import { restyling } from './restyle-gaps.js';

/** Another style than the project's there is with a profile alone, and what that needs is fetched. */
export const findOtherStyle: typeof original.findOtherStyle = (...given) => restyling?.findOtherStyle(...given) ?? null;
