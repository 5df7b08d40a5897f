/** A figure and its unit stay on one line. */
export function glued(text: string): string {
  return text.replace(/(\d) (s|ms|µs|%|kbit\/s|episodes?|times)(?![\w])/g, '$1\u00a0$2');
}
