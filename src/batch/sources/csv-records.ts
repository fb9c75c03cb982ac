import { CsvError, type Options, parse } from 'csv-parse/sync'

/** What lines of CSV hold. */
export interface CsvRecords {
  readonly records: readonly CsvRecord[]
  /**
   * What stands behind the records: nothing, a record with a quoted field that goes on behind the last line, or one whose quotes do not fit;
   * then the lines behind its first say nothing.
   */
  readonly rest: 'none' | 'open' | 'broken'
}

export interface CsvRecord {
  readonly fields: readonly string[]
  /** How many lines it takes. */
  readonly lineCount: number
}

/**
 * Reads lines, the first of which begins a record, as csv-parse does; a blank line is a record of one empty field. Beyond RFC 4180: a quote in
 * the middle of a field that does not begin with one is a character like any other.
 *
 * @param lines without their ends; a line feed is put between the lines of a field
 */
export function readRecords(lines: readonly string[], delimiter: string): CsvRecords {
  const records: CsvRecord[] = []
  let line = 0
  const take = (fields: string[]): undefined => {
    const lineCount = fields.reduce(addLineFeeds, 1)
    // When text stands behind a closing quote, relaxed reading keeps the opening one.
    if (fields.some(beginsWithQuote) && !isStrict(lines.slice(line, line + lineCount), delimiter)) throw broken
    records.push({ fields, lineCount })
    line += lineCount
  }
  try {
    parse(`${lines.join('\n')}\n`, { ...shape, delimiter, relax_quotes: true, on_record: take })
    return { records, rest: 'none' }
  } catch (error) {
    if (error === broken) return { records, rest: 'broken' }
    if (error instanceof CsvError && error.code === 'CSV_QUOTE_NOT_CLOSED') return { records, rest: 'open' }
    throw error
  }
}

const shape: Options = { record_delimiter: '\n', relax_column_count: true }

/** Ends the reading at a record that is none; made once, for a stack at each would cost more than the record. */
const broken = new Error('quotes do not fit')

/** Line feeds stand between lines and nowhere else, so they tell the lines of a record, which csv-parse counts otherwise than we at a CR. */
function addLineFeeds(count: number, field: string): number {
  let found = count
  for (let at = field.indexOf('\n'); at >= 0; at = field.indexOf('\n', at + 1)) found += 1
  return found
}

function beginsWithQuote(field: string): boolean {
  return field.charCodeAt(0) === 34
}

function isStrict(lines: readonly string[], delimiter: string): boolean {
  try {
    parse(lines.join('\n'), { ...shape, delimiter })
    return true
  } catch {
    return false
  }
}
