import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import * as v from 'valibot'
import { Failure, messageOf } from '../src/core/failure.ts'
import { suggestion } from '../src/core/suggestion.ts'
import builtIn from './catalogue.json' with { type: 'json' }
import { isPulled, modelName, weightsPath } from './weights.ts'

/** A model whose weights can be pulled by name. */
export interface CatalogueEntry {
  /** Lower case letters, digits, dots and dashes; also the name of its file. */
  readonly name: string
  readonly kind: 'chat' | 'embedding'
  /** As it is called: `0.6B`, `33M`. */
  readonly parameters: string
  /** As GGUF names it: `Q4_K_M`. */
  readonly quantisation: string
  /** An SPDX expression; `LicenseRef-…` where SPDX has none. */
  readonly licence: string
  /** Most tokens at a time, as the file says. */
  readonly contextTokens: number
  /** Length of the vectors of an embedding model. */
  readonly dimensions?: number | undefined
  /** Keys and values of one token in 16-bit numbers: 2 x layers x heads of keys x their size x 2 bytes. 0 for an encoder. */
  readonly kvBytesPerToken: number
  /** Size of the file; `null` where nobody said it. */
  readonly bytes: number | null
  /** Of the file, in lower case hexadecimal; `null` where nobody said it: then the server's word is taken. */
  readonly sha256: string | null
  readonly address: string
}

/** A model's file. */
export interface ResolvedModel {
  readonly path: string
  /** Of a model that was named, not of a file. */
  readonly entry?: CatalogueEntry
}

// What catalogue.json says of a file (size, sha256, revision) was confirmed for each in at least two public projects that pin the same file.

/**
 * The models that weft knows, those for chat first, smaller ones first, and before them those of the file that WEFT_CATALOGUE names: JSON of the same shape,
 * `{ "models": [...] }`. Of two with one name the user's holds.
 *
 * @throws Failure `INVALID_OPTION` when that file cannot be read, or is no catalogue
 */
export async function loadCatalogue(): Promise<readonly CatalogueEntry[]> {
  const own = await ownEntries(process.env.WEFT_CATALOGUE)
  const names = new Set(own.map(({ name }) => name))
  return [...own, ...known.filter(({ name }) => !names.has(name))]
}

/** @throws Failure `MODEL_UNKNOWN`, with the nearest name there is; what `loadCatalogue` throws */
export async function findModel(name: string): Promise<CatalogueEntry> {
  const catalogue = await loadCatalogue()
  const entry = catalogue.find((candidate) => candidate.name === name)
  if (entry !== undefined) return entry
  const names = catalogue.map((candidate) => candidate.name)
  throw new Failure(
    'MODEL_UNKNOWN',
    `there is no model ${JSON.stringify(name)} in the catalogue${suggestion(name, names)}`,
  )
}

/**
 * The file of a model. What has a slash in it, or ends in .gguf, is a path and stays one; anything else is the name of a model.
 *
 * @throws Failure `MODEL_UNKNOWN` when there is no model of this name, or its weights are not on this machine
 */
export async function resolveModel(nameOrPath: string): Promise<ResolvedModel> {
  if (/[/\\]|\.gguf$/i.test(nameOrPath)) return { path: resolve(nameOrPath) }
  const entry = await findModel(nameOrPath)
  if (await isPulled(entry)) return { path: weightsPath(entry.name), entry }
  const message = `the weights of ${entry.name} are not on this machine: \`weft models pull ${entry.name}\` fetches them`
  throw new Failure('MODEL_UNKNOWN', message, { details: { name: entry.name, bytes: entry.bytes } })
}

/** Tokens of context that `memoryBytes` counts where nobody says how many. */
export const usualContextTokens = 4_096

/**
 * What it takes to run one context of a model on the CPU: the file, the keys and values of the context, and room to compute in. For a chat
 * model that is the logits of a batch, 512 tokens x a vocabulary of up to 262 144 x 4 bytes (llama.cpp reserves them for the worst case);
 * for an embedding model, which has none, 128 MiB. An upper bound: memory that is mapped and never touched is not taken.
 *
 * @returns `null` where the size of the file is not known
 */
export function memoryBytes(entry: CatalogueEntry, contextTokens: number = usualContextTokens): number | null {
  if (entry.bytes === null) return null
  const cache = entry.kvBytesPerToken * Math.min(contextTokens, entry.contextTokens)
  return entry.bytes + cache + (entry.kind === 'chat' ? 512 : 128) * 1024 ** 2
}

/** The models that so much memory is enough for, the largest first: what to say when one is too large. */
export async function modelsThatFit(bytes: number, kind?: CatalogueEntry['kind']): Promise<readonly CatalogueEntry[]> {
  const needs = (entry: CatalogueEntry): number => memoryBytes(entry) ?? Number.POSITIVE_INFINITY
  const fitting = (await loadCatalogue()).filter(
    (entry) => (kind ?? entry.kind) === entry.kind && needs(entry) <= bytes,
  )
  return fitting.sort((one, other) => needs(other) - needs(one))
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1))
const entries = v.array(
  v.strictObject({
    name: v.pipe(v.string(), v.regex(modelName)),
    kind: v.picklist(['chat', 'embedding']),
    parameters: v.optional(v.string(), '?'),
    quantisation: v.optional(v.string(), '?'),
    licence: v.optional(v.string(), 'NOASSERTION'),
    contextTokens: v.optional(count, usualContextTokens),
    dimensions: v.optional(count),
    kvBytesPerToken: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0)), 0),
    bytes: v.optional(v.nullable(count), null),
    sha256: v.optional(v.nullable(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))), null),
    address: v.pipe(v.string(), v.url(), v.regex(/^https?:/)),
  }),
)
/** Others may write their own things beside the models: the prices stand here, too. */
const catalogue = v.looseObject({ models: entries })

const known: readonly CatalogueEntry[] = parse(builtIn, 'the catalogue of weft')

async function ownEntries(file: string | undefined): Promise<readonly CatalogueEntry[]> {
  if (!file) return []
  const what = `WEFT_CATALOGUE (${file})`
  let json: unknown
  try {
    json = JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    throw new Failure('INVALID_OPTION', `${what}: expected a file of JSON, but ${messageOf(error)}`, { cause: error })
  }
  return parse(json, what)
}

function parse(json: unknown, what: string): readonly CatalogueEntry[] {
  const parsed = v.safeParse(catalogue, json)
  if (!parsed.success) {
    const faults = parsed.issues.map((issue) => `${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}`)
    throw new Failure('INVALID_OPTION', `${what}: ${faults.join('; ')}`)
  }
  const twice = parsed.output.models.find(({ name }, index, all) => all.findIndex((one) => one.name === name) !== index)
  if (twice !== undefined) throw new Failure('INVALID_OPTION', `${what}: ${twice.name} stands there twice`)
  return parsed.output.models
}
