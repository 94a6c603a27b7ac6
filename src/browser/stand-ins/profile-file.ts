import type * as original from '../../profile/profile-file.js';
import { fetchedRestyling } from './restyle-gaps.js';

/** Profiles are read and written by what is fetched with them. */
export const encodeProfile: typeof original.encodeProfile = (...given) => fetchedRestyling().encodeProfile(...given);
export const decodeProfile: typeof original.decodeProfile = (...given) => fetchedRestyling().decodeProfile(...given);
export const readProfile: typeof original.readProfile = (...given) => fetchedRestyling().readProfile(...given);
export const writeProfile: typeof original.writeProfile = (...given) => fetchedRestyling().writeProfile(...given);
export const writeProfileBytes: typeof original.writeProfileBytes = (...given) =>
  fetchedRestyling().writeProfileBytes(...given);
export const refuseToWriteProfile: typeof original.refuseToWriteProfile = (...given) =>
  fetchedRestyling().refuseToWriteProfile(...given);
