import { type ChildProcess, spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { type Ended, exitOf } from '../support/child.ts'

export const entry: string = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

/** One process that runs `weft`. */
export interface Life {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
}

/** @param flags of Node itself */
export function startLife(folder: string, words: readonly string[], flags: readonly string[] = []): Life {
  const child = spawn(process.execPath, [...flags, entry, ...words], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = Promise.all([text(child.stdout), text(child.stderr), exitOf(child)]).then(
    ([stdout, stderr, [code, signal]]): Ended => ({ code, signal, stdout, stderr }),
  )
  return { child, ended }
}

export function weft(folder: string, ...words: string[]): Promise<Ended> {
  return startLife(folder, words).ended
}
