import { createRequire } from 'node:module';
import { assetPath } from '../shared/asset-path.js';

/** Turns bytes of one encoding into text and back. */
export interface Codec {
  decode(bytes: Uint8Array): string;
  encode(text: string): Uint8Array;
}

/** What is used of iconv-lite. */
interface IconvLite {
  decode(bytes: Uint8Array, name: string, options: { stripBOM: false }): string;
  encode(text: string, name: string): Uint8Array;
}

/**
 * The codecs that CPython and iconv-lite both have and that read ASCII as ASCII, so that a coding line can name
 * them: iconv-lite's name, and CPython's names and aliases. UTF-8, Latin-1 and ASCII need no library.
 * Source: CPython's `encodings.aliases`.
 */
const CODECS: readonly (readonly [name: string, aliases: string])[] = [
  ['big5', 'big5 big5_tw csbig5 x_mac_trad_chinese'],
  ['big5hkscs', 'big5_hkscs big5hkscs hkscs'],
  ['cp1125', '1125 cp1125 cp866u ibm1125 ruscii'],
  ['cp1250', '1250 cp1250 windows_1250'],
  ['cp1251', '1251 cp1251 windows_1251'],
  ['cp1252', '1252 cp1252 windows_1252'],
  ['cp1253', '1253 cp1253 windows_1253'],
  ['cp1254', '1254 cp1254 windows_1254'],
  ['cp1255', '1255 cp1255 windows_1255'],
  ['cp1256', '1256 cp1256 windows_1256'],
  ['cp1257', '1257 cp1257 windows_1257'],
  ['cp1258', '1258 cp1258 windows_1258'],
  ['cp437', '437 cp437 cspc8codepage437 ibm437'],
  ['cp720', 'cp720'],
  ['cp737', 'cp737'],
  ['cp775', '775 cp775 cspc775baltic ibm775'],
  ['cp850', '850 cp850 cspc850multilingual ibm850'],
  ['cp852', '852 cp852 cspcp852 ibm852'],
  ['cp855', '855 cp855 csibm855 ibm855'],
  ['cp856', 'cp856'],
  ['cp857', '857 cp857 csibm857 ibm857'],
  ['cp858', '858 cp858 csibm858 ibm858'],
  ['cp860', '860 cp860 csibm860 ibm860'],
  ['cp861', '861 cp861 cp_is csibm861 ibm861'],
  ['cp862', '862 cp862 cspc862latinhebrew ibm862'],
  ['cp863', '863 cp863 csibm863 ibm863'],
  ['cp865', '865 cp865 csibm865 ibm865'],
  ['cp866', '866 cp866 csibm866 ibm866'],
  ['cp869', '869 cp869 cp_gr csibm869 ibm869'],
  ['cp874', 'cp874'],
  ['cp932', '932 cp932 ms932 ms_kanji mskanji'],
  ['cp949', '949 cp949 ms949 uhc'],
  ['cp950', '950 cp950 ms950'],
  ['euc_jp', 'euc_jp eucjp u_jis ujis'],
  ['euc_kr', 'euc_kr euckr korean ks_c_5601 ks_c_5601_1987 ks_x_1001 ksc5601 ksx1001 x_mac_korean'],
  ['gb18030', 'gb18030 gb18030_2000'],
  ['gb2312', 'chinese csiso58gb231280 euc_cn euccn eucgb2312_cn gb2312 gb2312_1980 gb2312_80 iso_ir_58 ' +
    'x_mac_simp_chinese'],
  ['gbk', '936 cp936 gbk ms936'],
  ['hp_roman8', 'cp1051 cshproman8 hp_roman8 ibm1051 r8 roman8'],
  ['iso8859_10', 'csisolatin6 iso8859_10 iso_8859_10 iso_8859_10_1992 iso_ir_157 l6 latin6'],
  ['iso8859_11', 'iso8859_11 iso_8859_11 iso_8859_11_2001 thai'],
  ['iso8859_13', 'iso8859_13 iso_8859_13 l7 latin7'],
  ['iso8859_14', 'iso8859_14 iso_8859_14 iso_8859_14_1998 iso_celtic iso_ir_199 l8 latin8'],
  ['iso8859_15', 'iso8859_15 iso_8859_15 l9 latin9'],
  ['iso8859_16', 'iso8859_16 iso_8859_16 iso_8859_16_2001 iso_ir_226 l10 latin10'],
  ['iso8859_2', 'csisolatin2 iso8859_2 iso_8859_2 iso_8859_2_1987 iso_ir_101 l2 latin2'],
  ['iso8859_3', 'csisolatin3 iso8859_3 iso_8859_3 iso_8859_3_1988 iso_ir_109 l3 latin3'],
  ['iso8859_4', 'csisolatin4 iso8859_4 iso_8859_4 iso_8859_4_1988 iso_ir_110 l4 latin4'],
  ['iso8859_5', 'csisolatincyrillic cyrillic iso8859_5 iso_8859_5 iso_8859_5_1988 iso_ir_144'],
  ['iso8859_6', 'arabic asmo_708 csisolatinarabic ecma_114 iso8859_6 iso_8859_6 iso_8859_6_1987 iso_ir_127'],
  ['iso8859_7', 'csisolatingreek ecma_118 elot_928 greek greek8 iso8859_7 iso_8859_7 iso_8859_7_1987 iso_ir_126'],
  ['iso8859_8', 'csisolatinhebrew hebrew iso8859_8 iso_8859_8 iso_8859_8_1988 iso_ir_138'],
  ['iso8859_9', 'csisolatin5 iso8859_9 iso_8859_9 iso_8859_9_1989 iso_ir_148 l5 latin5'],
  ['koi8_r', 'cskoi8r koi8_r'],
  ['koi8_t', 'koi8_t'],
  ['koi8_u', 'koi8_u'],
  ['rk1048', 'kz1048 kz_1048 rk1048 strk1048_2002'],
  ['maccroatian', 'mac_croatian'],
  ['maccyrillic', 'mac_cyrillic maccyrillic'],
  ['macgreek', 'mac_greek macgreek'],
  ['maciceland', 'mac_iceland maciceland'],
  ['maccenteuro', 'mac_centeuro mac_latin2 maccentraleurope maclatin2'],
  ['macroman', 'mac_roman macintosh macroman'],
  ['macturkish', 'mac_turkish macturkish'],
  ['pt154', 'cp154 csptcp154 cyrillic_asian pt154 ptcp154'],
  ['shift_jis', 'csshiftjis s_jis shift_jis shiftjis sjis x_mac_japanese'],
  ['tis_620', 'iso_ir_166 tis620 tis_620 tis_620_0 tis_620_2529_0 tis_620_2529_1'],
];

let nameOf: Map<string, string> | undefined;
let library: IconvLite | undefined;

/**
 * iconv-lite's name of the codec that CPython knows as `alias`, in lower case; undefined where one of them has none.
 */
export function codecName(alias: string): string | undefined {
  nameOf ??= new Map(CODECS.flatMap(([name, aliases]) => aliases.split(' ').map((known) => [known, name] as const)));
  return nameOf.get(alias.replaceAll(/[^a-z0-9.]+/gu, '_'));
}

/** The codec of a name that `codecName` gave. Loads iconv-lite, at the first call: few files need it. */
export function codecOf(name: string): Codec {
  library ??= createRequire(import.meta.url)(assetPath('iconv-lite.cjs')) as IconvLite;
  const { decode, encode } = library;
  return { decode: (bytes) => decode(bytes, name, { stripBOM: false }), encode: (text) => encode(text, name) };
}
