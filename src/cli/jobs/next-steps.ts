import { dirname, relative, resolve } from 'node:path'
import type { Origin } from './origin.ts'
import type { NextSteps } from './view/report-lines.ts'

/**
 * What a run may be followed by, as the user types it in the working folder. Going on is by the run's id: it remembers its limit, its input and
 * its output, which `weft run` alone would drop.
 *
 * @param journalFolder of its job
 */
export function nextSteps(id: string, origin: Origin, journalFolder: string): NextSteps {
  const job = beside(journalFolder, origin.file)
  return { goOn: `weft resume ${id}${job}`, retry: `weft retry ${id}${job}`, again: againOf(origin) }
}

/** With what was said beside the job, and places as they were resolved. */
export function againOf({ file, overrides: { input, out, limit, ordered } }: Origin): string {
  const place = (path: string): string =>
    path === '-' ? path : word(shownPath(path) + (path.endsWith('/') ? '/' : ''))
  return [
    `weft run ${word(shownPath(file))}`,
    ...(input === undefined ? [] : [`--input ${place(input)}`]),
    ...(out === undefined ? [] : [`--out ${place(out)}`]),
    ...(limit === undefined ? [] : [`--limit ${limit}`]),
    ...(ordered ? ['--ordered'] : []),
  ].join(' ')
}

/** The option by which a run is found from elsewhere than the folder of its job. */
export function beside(journalFolder: string, jobFile: string): string {
  return dirname(journalFolder) === resolve('.weft') ? '' : ` --job ${word(shownPath(jobFile))}`
}

/** As the user would type it here. */
export function shownPath(file: string): string {
  const path = relative(process.cwd(), resolve(file))
  return path.startsWith('..') ? resolve(file) : path
}

/** As one word of a shell. */
function word(path: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
