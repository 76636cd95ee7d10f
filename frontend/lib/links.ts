/** The address of a page with these questions; what is not asked is left out. */
export function link(path: string, query: Record<string, string | undefined>): string {
  const asked = new URLSearchParams(Object.entries(query).flatMap(([name, value]) => (value ? [[name, value]] : [])))
  return asked.size ? `${path}?${asked}` : path
}
