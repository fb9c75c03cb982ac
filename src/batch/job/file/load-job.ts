import { readFile } from 'node:fs/promises'
import { basename, dirname, extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Failure, messageOf } from '../../../core/failure.ts'
import { fileFailure } from '../../file-failure.ts'
import { hashOf } from '../../steps/working.ts'
import type { JobDefinition } from './definition.ts'
import { jobInvalid, type Locate } from './faults.ts'
import { definitionFaults, pathOf } from './job.ts'
import { jobName } from './job-schema.ts'
import { parseYaml } from './yaml.ts'

/** A job that was read and checked by itself: nothing that it names was looked at. */
export interface LoadedJob {
  /** Of its file, absolute. */
  readonly path: string
  /** Of its file: what its paths start from. */
  readonly folder: string
  readonly name: string
  readonly definition: JobDefinition
  /** What stands for the code in its file. */
  readonly codeVersion: string
  readonly locate: Locate
}

/**
 * A job of a file: YAML (.yaml, .yml), or a module whose default export is made by `job()`.
 *
 * @param path relative to the working folder
 * @throws Failure `JOB_INVALID` that names every fault, with line and column in YAML; `FILE_UNREADABLE`
 */
export async function loadJob(path: string): Promise<LoadedJob> {
  const absolute = resolve(path)
  const text = await readFile(absolute, 'utf8').catch((error: unknown) => {
    throw fileFailure(path, error)
  })
  const codeVersion = hashOf(text)
  const { definition, locate } = await definitionOf(
    path,
    `${pathToFileURL(absolute).href}?version=${codeVersion}`,
    text,
  )
  return {
    path: absolute,
    folder: dirname(absolute),
    name: definition.name ?? nameOf(path),
    definition,
    codeVersion,
    locate,
  }
}

async function definitionOf(
  path: string,
  address: string,
  text: string,
): Promise<{ readonly definition: JobDefinition; readonly locate: Locate }> {
  const ending = extname(path).toLowerCase()
  if (ending === '.yaml' || ending === '.yml') {
    const { value, locate, faults } = parseYaml(text, basename(path))
    const all = faults.length > 0 ? faults : definitionFaults(value)
    if (all.length > 0) throw jobInvalid(all, locate)
    return { definition: value as JobDefinition, locate }
  }
  if (!modules.has(ending)) {
    throw new Failure(
      'JOB_INVALID',
      `${path}: expected a job file (.yaml, .yml, .ts, .js), got ${ending || 'no ending'}`,
    )
  }
  const value = await defaultExport(path, address)
  const locate: Locate = (fault) => pathOf(fault).replace(/^job/, basename(path))
  const faults = faultsOf(value, path)
  if (faults.length > 0) throw jobInvalid(faults, locate)
  return { definition: value as JobDefinition, locate }
}

/** What a module exports may be anything: a getter that throws, say. */
function faultsOf(value: unknown, path: string): ReturnType<typeof definitionFaults> {
  try {
    return definitionFaults(value)
  } catch (cause) {
    throw new Failure('JOB_INVALID', `${path}: ${messageOf(cause)}`, { cause })
  }
}

const modules = new Set(['.ts', '.mts', '.js', '.mjs'])

/** @param address of another content another one: a process that loaded the file before loads what it is now */
async function defaultExport(path: string, address: string): Promise<unknown> {
  let exports: Readonly<Record<string, unknown>>
  try {
    exports = await import(address)
  } catch (cause) {
    if (Failure.is(cause) && cause.code === 'JOB_INVALID' && cause.details !== undefined)
      throw new Failure(cause.code, cause.message.replace(/^job/gm, basename(path)), { cause, details: cause.details })
    throw new Failure('JOB_INVALID', `${path}: ${messageOf(cause)}`, { cause })
  }
  if (Object.hasOwn(exports, 'default')) return exports.default
  throw new Failure('JOB_INVALID', `${path}: expected export default job({ … }), but the module has no default export`)
}

/** @throws Failure `JOB_INVALID` for a file whose name no folder should have */
function nameOf(path: string): string {
  const name = basename(path, extname(path)).replace(/\.job$/, '')
  if (jobName.test(name)) return name
  throw new Failure(
    'JOB_INVALID',
    `${path}: expected a name of letters, digits, dots and dashes: give the job one, as in name: my-job`,
  )
}
