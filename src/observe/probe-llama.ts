import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { findPackageJSON } from 'node:module'
import { dirname } from 'node:path'
import { hostEnvironment } from '../../models/llama/host-environment.ts'
import { Failure, messageOf } from '../core/failure.ts'
import { llamaInstall } from '../core/llama-install.ts'

/** What local models run on: node-llama-cpp, and the GPU that it finds. */
export type LlamaReport =
  | { readonly state: 'missing'; readonly install: string }
  | { readonly state: 'broken'; readonly version: string; readonly reason: string }
  | ({ readonly state: 'usable'; readonly version: string } & LlamaDevices)

/** By the library's own detection. */
export interface LlamaDevices {
  /** `null`: it runs on the CPU. */
  readonly gpu: 'cuda' | 'metal' | 'vulkan' | null
  readonly devices: readonly string[]
  /** Of all devices together; `null` without a GPU. */
  readonly vram: { readonly totalBytes: number; readonly freeBytes: number } | null
}

/**
 * Loads node-llama-cpp in a process of its own: a broken driver may crash or hang it, and that must not be this one. Nothing is built and
 * nothing fetched.
 *
 * @param limitMs how long it may take
 */
export async function probeLlama(limitMs: number): Promise<LlamaReport> {
  const manifest = manifestPath()
  if (manifest === undefined) return { state: 'missing', install: llamaInstall }
  let version = 'unknown'
  try {
    version = (JSON.parse(await readFile(manifest, 'utf8')) as { readonly version: string }).version
    return { state: 'usable', version, ...(await askChild(script, dirname(manifest), limitMs)) }
  } catch (thrown) {
    return { state: 'broken', version, reason: messageOf(thrown) }
  }
}

/** Of the package as weft itself would load it. */
function manifestPath(): string | undefined {
  try {
    return findPackageJSON('node-llama-cpp', import.meta.url)
  } catch {
    return undefined
  }
}

// Run in the package's own folder, where its name leads to itself. The library tries its binaries in processes that would inherit our -e.
const script = `
  import { getLlama } from 'node-llama-cpp'
  process.execArgv = []
  const llama = await getLlama({ gpu: 'auto', build: 'never', skipDownload: true, progressLogs: false, logLevel: 'disabled' })
  const gpu = llama.gpu || null
  const vram = gpu === null ? null : await llama.getVramState()
  process.send({
    gpu,
    devices: gpu === null ? [] : await llama.getGpuDeviceNames(),
    vram: vram === null ? null : { totalBytes: vram.total, freeBytes: vram.free },
  }, () => process.exit(0))`

/**
 * What a script sends to its parent, in a process that is killed when it takes too long.
 *
 * @throws Failure `MODEL_UNAVAILABLE`
 */
export function askChild(source: string, folder: string, limitMs: number): Promise<LlamaDevices> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
      cwd: folder,
      env: hostEnvironment(),
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    let said = ''
    child.stderr?.on('data', (chunk) => {
      said = (said + chunk).slice(-2_000)
    })
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(unavailable(`it was not loaded within ${limitMs} ms`))
    }, limitMs)
    child.once('message', (devices) => resolve(devices as LlamaDevices))
    child.once('error', reject)
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      // What it sent has been taken before this: then this is no news.
      reject(unavailable(`it ended with ${signal ?? `code ${code}`}${lastError(said)}`))
    })
  })
}

/** The line of an uncaught error, without its stack. */
function lastError(said: string): string {
  const line = said.split('\n').find((one) => /^\w*Error\b/.test(one))
  return line === undefined ? '' : `: ${line}`
}

function unavailable(message: string): Failure {
  return new Failure('MODEL_UNAVAILABLE', message)
}
