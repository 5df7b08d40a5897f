/** Path under src -> text; gives what is not allowed. */
export function checkImports(files: ReadonlyMap<string, string>): string[];
