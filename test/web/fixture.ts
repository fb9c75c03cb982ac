import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** Runs a script of test/fixtures/web in a process of its own and reads the JSON line that it prints. It must end by itself. */
export async function runFixture(name: string, ...inputs: string[]): Promise<Record<string, unknown>> {
  const script = fileURLToPath(new URL(`../fixtures/web/${name}`, import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...inputs], { timeout: 50_000 })
  return JSON.parse(stdout)
}
