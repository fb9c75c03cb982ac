import type { Llama } from 'node-llama-cpp'
import { errorCodeOf, Failure, messageOf } from '../../src/core/failure.ts'
import { llamaInstall } from '../../src/core/llama-install.ts'
import type { Gpu } from './protocol.ts'

/** node-llama-cpp, once it is loaded. */
export type Library = typeof import('node-llama-cpp')

/** @throws Failure `MODEL_UNAVAILABLE` */
export async function loadLibrary(load: () => Promise<Library> = () => import('node-llama-cpp')): Promise<Library> {
  try {
    return await load()
  } catch (cause) {
    const absent = errorCodeOf(cause) === 'ERR_MODULE_NOT_FOUND'
    const what = absent
      ? 'local models need the package node-llama-cpp'
      : `node-llama-cpp does not load: ${messageOf(cause)}`
    throw new Failure('MODEL_UNAVAILABLE', `${what}: ${llamaInstall}`, { cause })
  }
}

/** What llama.cpp itself said last about what went wrong: its errors reach JavaScript without a reason. */
export interface Complaints {
  readonly last: string | undefined
}

export interface Backend {
  readonly llama: Llama
  readonly complaints: Complaints
}

/**
 * llama.cpp on a GPU or on the processor. It prints nothing, builds nothing and downloads nothing.
 *
 * @param threads most threads that compute at the same time. Its own default is at least 4: on two cores those wait for each other,
 *   spinning, and everything is many times slower.
 * @throws Failure `MODEL_UNAVAILABLE`
 */
export async function openBackend(library: Library, gpu: Gpu, threads: number): Promise<Backend> {
  const complaints = { last: undefined as string | undefined }
  try {
    const llama = await library.getLlama({
      gpu,
      build: 'never',
      skipDownload: true,
      progressLogs: false,
      maxThreads: threads,
      logLevel: library.LlamaLogLevel.error,
      logger: (_, message) => {
        complaints.last = message.trim()
      },
    })
    // Where it has nothing for a GPU it may take the processor instead, and not say so.
    if (gpu === 'auto' || llama.gpu === gpu) return { llama, complaints }
    await llama.dispose()
  } catch (cause) {
    throw noBuild(gpu, cause)
  }
  throw noBuild(gpu)
}

function noBuild(gpu: Gpu, cause?: unknown): Failure {
  const on = gpu === false || gpu === 'auto' ? 'this platform' : gpu
  const why = cause === undefined ? '' : ` (${messageOf(cause)})`
  return new Failure('MODEL_UNAVAILABLE', `node-llama-cpp has no build for ${on} here${why}: ${llamaInstall}`, {
    cause,
  })
}
