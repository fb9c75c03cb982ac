import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { type Ended, exitOf } from '../support/child.ts'

export const entry: string = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

/** Halves the time that a process takes to start. */
const compiled = join(tmpdir(), 'weft-test-compile-cache')

/** One process that runs `weft`. */
export interface Life {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
}

/** @param flags of Node itself */
export function startLife(folder: string, words: readonly string[], flags: readonly string[] = []): Life {
  return startProgram(process.execPath, [...flags, entry, ...words], { cwd: folder })
}

export function weft(folder: string, ...words: string[]): Promise<Ended> {
  return startLife(folder, words).ended
}

/** A shell script, in which `$0` is Node and `$1` the entry of weft. */
export function inShell(folder: string, script: string, shell: readonly string[] = []): Promise<Ended> {
  const [command = 'sh', ...words] = [...shell, 'sh']
  return startProgram(command, [...words, '-c', script, process.execPath, entry], { cwd: folder }).ended
}

export function startProgram(command: string, words: readonly string[], options: SpawnOptions): Life {
  const env = { ...process.env, NODE_COMPILE_CACHE: compiled }
  const child = spawn(command, words, { env, ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = Promise.all([text(child.stdout!), text(child.stderr!), exitOf(child)]).then(
    ([stdout, stderr, [code, signal]]): Ended => ({ code, signal, stdout, stderr }),
  )
  return { child, ended }
}

/** Resolves when the process has said this on standard error. */
export async function heard(child: ChildProcess, words: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let said = ''
  child.stderr!.on('data', (chunk) => {
    said += chunk
    if (said.includes(words)) resolve()
  })
  await promise
}
