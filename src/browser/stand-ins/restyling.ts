/** What profiles are read by, and what lays sources and lines out anew: fetched together. */
export { areForeign, inUnitOfProject, inUnitOfRest } from '../../format/foreign-lines.js';
export { findOtherStyle } from '../../format/other-style.js';
export { restyleGaps } from '../../format/restyle-gaps.js';
export {
  decodeProfile, encodeProfile, readProfile, refuseToWriteProfile, writeProfile, writeProfileBytes,
} from '../../profile/profile-file.js';
