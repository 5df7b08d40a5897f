/** The script of report.html as one string. */
export function bundlePage(): Promise<string>;
