import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as v from 'valibot'
import type { DescribedSchema } from '../../../models/model.ts'
import { messageOf } from '../../core/failure.ts'
import { isStandardSchema } from '../../core/standard-schema.ts'
import { suggestion } from '../../core/suggestion.ts'
import { schemaOfJson } from './json-schema.ts'
import type { Path, StepSite } from './kind.ts'
import { hashOf } from './working.ts'

/** Where a step has a schema from: `./answer.ts#Answer`, JSON Schema, or in TypeScript a schema itself. */
export const schemaSource: v.GenericSchema<unknown, SchemaSource> = v.union(
  [
    v.pipe(v.string(), v.minLength(1)),
    v.custom<DescribedSchema<unknown>>(isStandardSchema),
    v.record(v.string(), v.unknown()),
  ],
  'expected JSON Schema, or where a schema is: ./answer.ts#Answer',
)

export type SchemaSource = string | DescribedSchema<unknown> | Readonly<Record<string, unknown>>

export interface LoadedSchema {
  readonly schema: DescribedSchema<unknown>
  readonly version: string
  readonly fields: readonly string[] | undefined
}

/** The schema that is meant. @returns undefined where there is none, which `site` was told */
export async function loadSchema(source: SchemaSource, site: StepSite, path: Path): Promise<LoadedSchema | undefined> {
  try {
    if (typeof source === 'string') return await fromModule(source, site)
    if (isStandardSchema(source))
      return described(source as DescribedSchema<unknown>, `${site.codeVersion} ${site.name}`)
    return described(await schemaOfJson(source), '')
  } catch (thrown) {
    site.fault(messageOf(thrown), path)
    return undefined
  }
}

async function fromModule(source: string, { folder, reads }: StepSite): Promise<LoadedSchema> {
  const [, file = source, name = 'default'] = /^(.*?)#([^#]*)$/.exec(source) ?? []
  const path = resolve(folder, file)
  reads(path)
  if (!(await stat(path).catch(() => undefined))?.isFile()) throw new Error(`there is no file ${file} beside the job`)
  const content = await readFile(path)
  if (path.endsWith('.json')) return described(await schemaOfJson(JSON.parse(content.toString())), '')
  if (!/\.[cm]?[jt]s$/.test(path))
    throw new Error(`expected a module or a .json file, as in ./answer.ts#Answer, got ${file}`)
  const code = hashOf(content.toString('base64'))
  const exports = (await import(`${pathToFileURL(path).href}?version=${code}`)) as Readonly<Record<string, unknown>>
  const found = Object.hasOwn(exports, name) ? exports[name] : undefined
  if (isStandardSchema(found)) return described(found as DescribedSchema<unknown>, `${code} ${name}`)
  const known = Object.keys(exports).filter((one) => isStandardSchema(exports[one]))
  throw new Error(
    `${file} exports no schema ${name}${suggestion(name, known)}: expected a Standard Schema, of zod or valibot, say`,
  )
}

/** @param code what stands for that part of the schema which it does not say of itself */
function described(schema: DescribedSchema<unknown>, code: string): LoadedSchema {
  const json = schema['~standard'].jsonSchema?.input({ target: 'draft-2020-12' })
  const { properties } = Object(json) as { readonly properties?: object }
  return {
    schema,
    version: hashOf(`${code} ${JSON.stringify(json ?? null)}`),
    fields: properties === undefined ? undefined : Object.keys(properties),
  }
}
