import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import * as v from 'valibot'
import type { Page } from '../../../workers/reading/page.ts'
import { Failure } from '../../core/failure.ts'
import type { Resource } from '../../core/resource.ts'
import type { TaskContext } from '../../core/task.ts'
import { transfer } from '../../core/transfer.ts'
import type { WebClient, WebOptions } from '../../web/contract.ts'
import { LateWebClient } from '../../web/late-client.ts'
import { cpu } from '../../worker-files.ts'
import { fileFailure } from '../file-failure.ts'
import type { Target } from '../input.ts'
import { readAddress, readBareScheme } from '../inputs/address.ts'
import { readFileSource } from '../read-file.ts'
import type { ItemView } from '../template/item-view.ts'
import type { MadeStep, StepKind, StepSite } from './kind.ts'
import type { EachStep } from './step.ts'
import { count, textFor, timeMs, versionOf, type WorkingOptions, working, workingEntries } from './working.ts'

/** Every option of `weft read`, and where the address is. */
export interface ReadStepOptions extends Omit<WorkingOptions, 'retry' | 'effects'> {
  /** A template. Default: the item itself, or its field `url`. */
  readonly url?: string
  readonly allowPrivate?: boolean
  /** What data names may be a file of this machine, too. */
  readonly allowFiles?: boolean
  readonly ignoreRobots?: boolean
  readonly retries?: number
  readonly maxBytes?: number
  readonly perHost?: number
  readonly summarySentences?: number
}

const { retry, effects, ...common } = workingEntries
const schema = v.strictObject({
  ...common,
  url: v.optional(v.pipe(v.string(), v.minLength(1))),
  allowPrivate: v.optional(v.boolean()),
  allowFiles: v.optional(v.boolean()),
  ignoreRobots: v.optional(v.boolean()),
  timeoutMs: v.optional(timeMs),
  retries: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  maxBytes: v.optional(count),
  perHost: v.optional(count),
  summarySentences: v.optional(count),
})

/** Fetches a page, or reads a file that the user named, and makes Markdown of it: see `weft read`. */
export const readKind: StepKind = { key: 'read', result: 'page', schema, isBare: true, make }

/** What it is given of an item. Of a file, with what changes when it changes. */
type Place = { readonly url: string } | { readonly path: string; readonly bytes: number; readonly modifiedMs: number }

const maxBytesDefault = 10 * 1024 * 1024

function make(options: ReadStepOptions, site: StepSite): MadeStep {
  const { timeoutMs = 30_000, retries = 2, maxBytes = maxBytesDefault, summarySentences, perHost } = options
  const web = clientFor(site.name, options)
  const place = placeOf(options, site)
  // Limits of a lane hold for all its steps: one that is more polite than the others has a lane to itself.
  const lane = perHost === undefined ? undefined : `hosts of ${site.name}`
  const step: EachStep = {
    ...working(
      site,
      { ...options, timeoutMs },
      { concurrency: 64, retry: { maxAttempts: retries + 1 }, totalTimeoutMs: timeoutMs },
    ),
    kind: 'each',
    uses: place.uses,
    version: versionOf('read', 1, { summarySentences }),
    lane: lane ?? 'io',
    worksOn: 'cpu',
    laneKey: (given) => ('url' in (given as Place) ? new URL((given as { url: string }).url).host : undefined),
    prepare: place.of,
    example: (given) => examplePage(given as Place),
    run: async (given, context) => {
      const source = await fetched(given as Place, web, maxBytes, context)
      context.addUsage({ bytes: source.bytes.byteLength })
      const summary = summarySentences === undefined ? {} : { summarySentences }
      return context.call(cpu.readPage, transfer({ ...source, ...summary }, [source.bytes.buffer]))
    },
  }
  return {
    steps: [step],
    shape: { fields: pageFields, text: 'markdown' },
    isText: true,
    ...(lane === undefined ? {} : { lanes: { [lane]: { concurrency: 1024, perKey: { concurrency: perHost! } } } }),
  }
}

/** A page as many are: an article of 900 words. */
function examplePage(place: Place | undefined): Page {
  return {
    url: place === undefined ? '' : 'url' in place ? place.url : place.path,
    title: 'A page like many others',
    byline: null,
    publishedAt: null,
    language: 'en',
    markdown: 'A sentence of fifteen words, as articles have them, about nothing in particular, is this one. '.repeat(
      60,
    ),
    summary: 'A sentence of fifteen words, as articles have them, about nothing in particular, is this one. ',
    bytes: 60_000,
    charset: 'utf-8',
  }
}

const pageFields = Object.keys(examplePage(undefined))

/** A client of its own: two steps may differ in what they may reach. */
function clientFor(name: string, { allowPrivate, ignoreRobots, maxBytes }: ReadStepOptions): Resource<WebClient> {
  const options: WebOptions = {
    ...(allowPrivate === undefined ? {} : { allowPrivate }),
    ...(ignoreRobots === undefined ? {} : { ignoreRobots }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
  }
  return { name: `web client of ${name}`, open: () => new LateWebClient(options) }
}

/**
 * A file is only read where the user himself names it: in the job, or as the text of an item in his own list. What a field or a step says may come
 * from strangers, whose files are none of this machine: it names pages.
 */
function placeOf(
  { url, allowFiles = false }: ReadStepOptions,
  site: StepSite,
): { readonly uses: readonly string[]; of(item: ItemView): Place } {
  const { names } = site
  const template = url === undefined ? undefined : site.template(url, 'address', ['url'])
  const uses = template?.uses ?? (names.text === undefined ? [] : [names.text])
  const isOwnText = site.mayReadFiles && uses.length === 0 && names.items === undefined
  const mayReadFiles = allowFiles || isOwnText || template?.hasPlaces === false
  const ownField = url === undefined && uses.length === 0 && names.fields !== undefined && names.fields.length > 0
  if (ownField && !names.fields.includes('url')) {
    site.fault(
      'expected option url, since the input has no field url: say where the address is, as in url: "{{website}}"',
    )
  }
  const itself = textFor(site, undefined, [])
  const wordOf = (item: ItemView): string => {
    if (template !== undefined) return template.render(item)
    const field = uses.length === 0 ? ownUrl(item.input) : undefined
    return field ?? itself.of(item)
  }
  return {
    uses,
    of: (item) => checkedPlace(wordOf(item).trim(), mayReadFiles ? site.folder : undefined),
  }
}

function ownUrl(input: unknown): string | undefined {
  if (typeof input !== 'object' || input === null || !Object.hasOwn(input, 'url')) return undefined
  const { url } = input as { readonly url: unknown }
  return typeof url === 'string' ? url : undefined
}

function checkedPlace(word: string, folder: string | undefined): Place {
  const target: Target | undefined = readAddress(word) ?? (folder === undefined ? readBareScheme(word) : undefined)
  if (target?.kind === 'invalid') throw target.failure
  if (target?.kind === 'url') return { url: target.url }
  if (folder === undefined || word === '') {
    const got = `expected an http or https URL to read, got ${JSON.stringify(word.slice(0, 200))}`
    const hint = word === '' ? '' : ': what data names is read as a file of this machine only with allowFiles: true'
    throw new Failure('URL_INVALID', `${got}${hint}`)
  }
  const path = target?.path ?? resolve(folder, word)
  try {
    const { size, mtimeMs } = statSync(path)
    return { path, bytes: size, modifiedMs: mtimeMs }
  } catch (error) {
    throw fileFailure(path, error)
  }
}

interface Fetched {
  readonly url: string
  readonly contentType?: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

async function fetched(
  place: Place,
  web: Resource<WebClient>,
  maxBytes: number,
  context: TaskContext,
): Promise<Fetched> {
  if ('path' in place) return readFileSource(place.path, { maxBytes, signal: context.signal })
  const client = await context.open(web)
  const { url, contentType, bytes } = await client.get(place.url, context)
  return { url, bytes, ...(contentType === undefined ? {} : { contentType }) }
}
