/** Returns `page` with the map that the imports under `root` give now. */
export function withMap(page: string, root: string): string;
