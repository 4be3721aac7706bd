/** The page with the map as the imports under `root` are now. */
export function withMap(page: string, root: string): string;
