import { Failure } from '../../core/failure.ts'

/**
 * The columns that a header names, white space around them left out.
 *
 * @param fields undefined: there is no header, for that reason
 * @throws Failure `INPUT_MALFORMED`
 */
export function columnsOf(
  fields: readonly string[] | undefined,
  place: string,
  line: number,
  reason = 'it is empty',
): readonly string[] {
  if (fields === undefined) throw unusable(place, line, reason)
  const columns = fields.map((field) => field.trim())
  const empty = columns.indexOf('')
  if (empty >= 0) throw unusable(place, line, `its field ${empty + 1} is empty: give every column a name`)
  const twice = columns.find((name, index) => columns.indexOf(name) < index)
  if (twice !== undefined) throw unusable(place, line, `it names ${twice} twice: give every column a name of its own`)
  // Set on an object, it would be no field of it.
  if (columns.includes('__proto__')) throw unusable(place, line, '__proto__ cannot be the name of a column')
  if (columns.some((name) => name.includes('\r')))
    throw unusable(place, line, 'its lines end in CR alone, as of old: convert them to LF (tr "\\r" "\\n")')
  return columns
}

function unusable(place: string, line: number, reason: string): Failure {
  const message = `the header of ${place} cannot be used: ${reason}; expected the names of the columns in its first line`
  return new Failure('INPUT_MALFORMED', message, { details: { line } })
}
