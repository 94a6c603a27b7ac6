/** What a licence lets a corpus do with the code: `permissive` asks for a notice at most. */
export type LicencePolicy = 'permissive' | 'any';

/** SPDX identifiers whose code may be learned from under the permissive policy. */
export const PERMISSIVE: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BSL-1.0',
  'CC0-1.0',
  'HPND',
  'ISC',
  'MIT',
  'MIT-0',
  'NCSA',
  'PSF-2.0',
  'PostgreSQL',
  'Python-2.0',
  'Unlicense',
  'WTFPL',
  'X11',
  'ZPL-2.1',
  'Zlib',
]);

/** Signs of a licence in its text, the telling ones first: GNU's names also stand in texts that merely mention them. */
const SIGNS: readonly (readonly [id: string, ...signs: RegExp[]])[] = [
  ['AGPL-3.0', /gnu affero general public license\s+version 3/u],
  ['LGPL-3.0', /gnu lesser general public license\s+version 3/u],
  ['LGPL-2.1', /gnu lesser general public license\s+version 2\.1/u],
  ['GPL-3.0', /gnu general public license\s+version 3/u],
  ['GPL-2.0', /gnu general public license\s+version 2/u],
  ['MPL-2.0', /mozilla public license,? version 2\.0/u],
  ['EPL-2.0', /eclipse public license/u],
  ['BUSL-1.1', /business source license/u],
  ['Elastic-2.0', /elastic license/u],
  ['SSPL-1.0', /server side public license/u],
  ['Unlicense', /free and unencumbered software released into the public domain/u],
  ['LicenseRef-NonCommercial', /non-?commercial|commons clause/u],
  ['Apache-2.0', /apache license,?\s+version 2\.0/u],
  ['BSL-1.0', /boost software license/u],
  ['PSF-2.0', /python software foundation license/u],
  ['ZPL-2.1', /zope public license/u],
  ['CC0-1.0', /cc0 1\.0 universal/u],
  ['WTFPL', /do what the fuck you want to public license/u],
  ['MIT-0', /mit no attribution/u],
  ['MIT', /permission is hereby granted, free of charge/u, /the above copyright notice and this permission notice/u],
  [
    'ISC',
    /permission to use, copy, modify, and\/?(?:or)? distribute this software/u,
    /provided that the above copyright/u,
  ],
  ['0BSD', /permission to use, copy, modify, and\/or distribute this software/u],
  ['HPND', /permission to use, copy, modify,? and distribute this software and its documentation/u],
  [
    'BSD-3-Clause',
    /redistribution and use in source and binary forms/u,
    /neither the names? of|may not be used to endorse/u,
  ],
  ['BSD-2-Clause', /redistribution and use in source and binary forms/u],
  ['Zlib', /altered source versions must be plainly marked/u],
];

/**
 * The SPDX identifier of a licence's text; null where it is none that is known. A text that holds a copyleft licence
 * among others counts as that, for nobody says which files it covers.
 */
export function licenceOf(text: string): string | null {
  const plain = text
    .toLowerCase()
    .replace(/[\s*#>]+/gu, ' ')
    .replace(/https?:\S+/gu, '');
  for (const [id, ...signs] of SIGNS) if (signs.every((sign) => sign.test(plain))) return id;
  return null;
}

const LICENCE_NAME = /^(?:licen[cs]e|copying|unlicense)(?:[.-](?:md|txt|rst|mit|apache|bsd))*$/iu;

/** Whether a file of this name, at the top of a repository, states its licence. */
export const isLicenceName = (name: string): boolean => LICENCE_NAME.test(name);

const HEADER_LENGTH = 2000;

/** The licence that a source states of itself in its head; null where it states none. */
export function ownLicence(text: string): string | null {
  const head = text.slice(0, HEADER_LENGTH);
  return /SPDX-License-Identifier:\s*([^\s*#]+(?: OR [^\s*#]+)*)/u.exec(head)?.[1] ??
    (/GNU (?:Lesser |Affero )?General Public License/u.test(head) ? 'LicenseRef-GNU' : null);
}

/** Whether code under a licence may be taken: one of those that OR gives the choice of, or all that AND names. */
export const isAllowed = (licence: string | null, policy: LicencePolicy): boolean =>
  policy === 'any' || (licence !== null &&
    licence.split(/ OR /u).some((all) => all.split(/ AND /u).every((id) => PERMISSIVE.has(id.replace(/^\(|\)$/gu, '')))));

/** `license` of a project file or classifier of a package: what stands in for a missing licence file. */
const DECLARED: readonly (readonly [id: string, sign: RegExp])[] = [
  ['MIT', /License :: OSI Approved :: MIT License|^\s*license\s*=\s*(?:\{\s*text\s*=\s*)?["']MIT(?: License)?["']/mu],
  ['BSD-3-Clause', /License :: OSI Approved :: BSD License|^\s*license\s*=\s*["']BSD(?:-3-Clause)?["']/mu],
  [
    'Apache-2.0',
    /License :: OSI Approved :: Apache Software License|^\s*license\s*=\s*["']Apache(?:-2\.0|[^"']*2\.0)["']/mu,
  ],
  ['ISC', /License :: OSI Approved :: ISC License/u],
];

/** The licence that setup.py, setup.cfg or pyproject.toml declares; null without a known one. */
export function declaredLicence(text: string): string | null {
  if (/License ::[^\n]*(?:GNU|GPL|Mozilla)/u.test(text)) return null;
  for (const [id, sign] of DECLARED) if (sign.test(text)) return id;
  return null;
}
