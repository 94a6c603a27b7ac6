const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;',
};

/** Text for HTML, also for an attribute in quotes; control characters that HTML forbids become visible. */
export function escapeHtml(text: string): string {
  return text
    .replace(/[&<>"']/gu, (character) => ESCAPES[character])
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/gu, '\ufffd');
}
