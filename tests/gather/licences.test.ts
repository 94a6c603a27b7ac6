import { expect, test } from 'vitest';
import { isAllowed } from '../../src/gather/licences.js';

test.each([
  ['MIT', true], ['GPL-3.0', false], [null, false], ['GPL-2.0 OR MIT', true], ['MIT AND Apache-2.0', true],
  ['MIT AND GPL-3.0', false], ['(MIT AND Apache-2.0) OR GPL-3.0', true], ['GPL-3.0 OR (MIT AND MPL-2.0)', false],
])('code under %s may be taken where it has to be permissive: %s', (licence, allowed) => {
  expect(isAllowed(licence, 'permissive')).toBe(allowed);
  expect(isAllowed(licence, 'any')).toBe(true);
});
