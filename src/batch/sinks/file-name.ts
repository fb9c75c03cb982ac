import { createHash } from 'node:crypto'

/** The longest name given, in characters; all of them are ASCII. */
export const maxNameLength = 100

const ending = '.md'
const hashLength = 10
/** Leaves room for a dash and the number of a repeated input. */
const maxSlugLength = maxNameLength - ending.length - hashLength - 1 - 12

/**
 * File names for items, unique within one instance: a readable part from the URL's host and path or the file's name, and a
 * hash of the whole input. Nothing that a page says goes into its name. Only `a-z 0-9 -` before the ending, so a name is safe
 * on every system, also where case does not count. The same inputs in the same order give the same names.
 */
export class FileNames {
  readonly #given = new Set<string>()

  next(input: string): string {
    const stem = stemOf(input, input)
    let name = stem + ending
    for (let repeat = 2; this.#given.has(name); repeat += 1) name = `${stem}-${repeat}${ending}`
    this.#given.add(name)
    return name
  }
}

/**
 * The file name of a record: as those of `FileNames`, but of its id and input alone, so that the same record has the same name in every life
 * of a run. Of an object, the readable part is its `url`, `name` or `title`, or else its first text or number.
 */
export function recordFileName(id: string, input: unknown): string {
  return stemOf(readableOf(input), `${id}\n${JSON.stringify(input) ?? ''}`) + ending
}

/** Whether a name may be one that `recordFileName` gave. */
export function isRecordFileName(name: string): boolean {
  return name.length <= maxNameLength && recordName.test(name)
}

const recordName = /^[a-z0-9-]+-[0-9a-f]{10}\.md$/

function readableOf(input: unknown): string {
  if (typeof input !== 'object' || input === null) return String(input ?? '')
  const { url, name, title } = input as Readonly<Record<string, unknown>>
  const shown = [url, name, title, ...Object.values(input)].find((value) => isShown(value))
  return String(shown ?? '')
}

function isShown(value: unknown): boolean {
  return (typeof value === 'string' && value !== '') || typeof value === 'number'
}

function stemOf(readable: string, hashed: string): string {
  return `${slugOf(readable)}-${createHash('sha256').update(hashed).digest('hex').slice(0, hashLength)}`
}

/** A text as a part of a file name: of `a-z 0-9 -` alone, never empty. */
export function slugOf(input: string): string {
  const slug = readablePart(input)
    .replace(/\.(x?html?|md|markdown|txt)$/i, '')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, maxSlugLength)
    .replace(/^-|-$/g, '')
  return slug === '' ? 'page' : slug
}

function readablePart(input: string): string {
  const url = /^(https?|file):/i.test(input) ? URL.parse(input) : null
  if (url === null) return input.split(/[\\/]/).findLast((part) => part !== '') ?? ''
  if (url.protocol === 'file:') return decoded(url.pathname.split('/').at(-1) ?? '')
  return url.host + decoded(url.pathname)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
