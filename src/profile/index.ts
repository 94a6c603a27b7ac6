/**
 * The profile of a project: how its code is laid out, pinned in one small file that is
 * committed with it. The same input with the same profile gives the same output on every
 * machine. Formatting reads profiles from here; learning one is `src/learn`.
 *
 * A profile holds style counts, which the base network was trained to read, the indentation unit,
 * thresholds, and what fine-tuning changed in the network.
 */
export { bracketHabits, countsDigest, FILES_IN_TRAINING, projectCounts, type Profile } from './profile.js';
export {
  decodeProfile, encodeProfile, readProfile, refuseToWriteProfile, writeProfile, writeProfileBytes,
} from './profile-file.js';
export { PROFILE_PATH, createProfileFinder } from './find-profile.js';
