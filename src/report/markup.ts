/** Text between tags of HTML and XML. */
export function markup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The same within double quotes too. */
export function quotedMarkup(text: string): string {
  return markup(text).replaceAll('"', '&quot;');
}
