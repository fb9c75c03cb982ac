/** Version in package.json; a test holds the two together, so that no file has to be read at run time. */
export const version = '0.1.0'

/** The oldest Node that weft runs on, as in package.json. */
export const minimumNode = '24.15.0'

/** Whether a version `a.b.c` is `minimum` or later. */
export function isAtLeast(version: string, minimum: string): boolean {
  const collator = new Intl.Collator('en', { numeric: true })
  return collator.compare(version.replace(/-.*/, ''), minimum) >= 0
}
