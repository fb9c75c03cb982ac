import { isAbsolute, resolve } from 'node:path'
import { Failure } from '../../src/core/failure.ts'

/**
 * Where the file of a model lies.
 *
 * @throws Failure `MODEL_UNKNOWN`
 */
export async function modelPath(model: string): Promise<string> {
  if (isAbsolute(model) || /[/\\]|\.gguf$/.test(model)) return resolve(model)
  throw new Failure('MODEL_UNKNOWN', `there is no model ${model}: give the path of a GGUF file`)
}
