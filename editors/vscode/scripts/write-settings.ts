/** Writes the settings that follow from the server's options into package.json: `npm run settings`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { editorRows, settingsOf } from './settings.js';

const path = new URL('../package.json', import.meta.url);
const manifest = JSON.parse(readFileSync(path, 'utf8')) as { contributes: { configuration: object } };
manifest.contributes.configuration = settingsOf(editorRows());
writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
