import { stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { Failure } from '../src/core/failure.ts'

/** The letters of a model's name, which is also the name of its file: nothing that a path could be made of. */
export const modelName: RegExp = /^[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?$/

/**
 * Where the weights of pulled models lie: WEFT_MODELS_DIR, else `weft/models` in the user's cache folder, which is XDG_CACHE_HOME or ~/.cache
 * (XDG Base Directory Specification 0.8: a relative one is ignored), ~/Library/Caches on macOS, LOCALAPPDATA on Windows.
 */
export function modelsFolder(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  if (environment.WEFT_MODELS_DIR) return resolve(environment.WEFT_MODELS_DIR)
  return join(cacheFolder(environment, platform), 'weft', 'models')
}

function cacheFolder(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  if (platform === 'win32') return environment.LOCALAPPDATA || join(homedir(), 'AppData', 'Local')
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches')
  const named = environment.XDG_CACHE_HOME ?? ''
  return isAbsolute(named) ? named : join(homedir(), '.cache')
}

/**
 * Where the weights of this model lie once they are pulled.
 *
 * @throws Failure `MODEL_UNKNOWN` for what cannot be the name of a model
 */
export function weightsPath(name: string): string {
  if (!modelName.test(name)) throw new Failure('MODEL_UNKNOWN', `no model can be called ${JSON.stringify(name)}`)
  return join(modelsFolder(), `${name}.gguf`)
}

/** Whether the weights are there: only a whole file ever gets this name. One of another size is of another version of the model. */
export async function isPulled({
  name,
  bytes,
}: {
  readonly name: string
  readonly bytes: number | null
}): Promise<boolean> {
  const found = await stat(weightsPath(name)).catch(() => undefined)
  return found?.isFile() === true && (bytes === null || found.size === bytes)
}
